const { availableParallelism } = require('node:os');

/**
 * `npm test`: everything but `*.full.test.ts` (jest.full.config.js). One Temporal server and one workflow bundle serve
 * all test files: see test/support/global-setup.ts.
 */
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 30_000,
  // Tests wait more than they compute: three files at a time on two cores.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '<rootDir>/sandbox/', '\\.full\\.test\\.ts$'],
  // The sandbox is used as its package is: built.
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
};
