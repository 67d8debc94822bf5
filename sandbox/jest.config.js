module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testTimeout: 30_000,
  // Tests wait more than they compute.
  maxWorkers: '100%',
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '<rootDir>/conformance/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: require('../jest.config.js').transform,
};
