/** `npm run test:conformance`: these tests alone, which need neither a Temporal server nor a workflow bundle. */
module.exports = {
  ...require('../../jest.config.js'),
  rootDir: '../..',
  roots: ['<rootDir>/test/conformance'],
  globalSetup: undefined,
  globalTeardown: undefined,
};
