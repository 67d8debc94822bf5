/** `npm run test:conformance`: what the AWS CLI, the AWS SDK and another S3 server say of the sandbox. */
module.exports = {
  ...require('../jest.config.js'),
  rootDir: '..',
  roots: ['<rootDir>/conformance'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};
