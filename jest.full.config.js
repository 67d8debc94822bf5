/**
 * `npm run test:full`: what `npm test` leaves out. That is each `*.full.test.ts`, all tests of the sandbox with its
 * conformance, and property tests once more, in full length.
 */
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const npmTest = require('./jest.config.js');

process.env['PROPERTY_RUNS'] = 'full';

const propertyTests = ['activities', 'cli', 'src', 'test', 'workers', 'workflows'].flatMap((folder) =>
  readdirSync(join(__dirname, folder), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .filter((file) => readFileSync(join(__dirname, file), 'utf8').includes('propertyRuns(')),
);

/** Jest takes these two from the root of a configuration only. */
const { maxWorkers, testTimeout } = npmTest;
const project = (config) => {
  const ofProject = { ...config };
  delete ofProject.maxWorkers;
  delete ofProject.testTimeout;
  return ofProject;
};

module.exports = {
  maxWorkers,
  testTimeout,
  projects: [
    project({
      ...npmTest,
      testMatch: ['<rootDir>/**/*.full.test.ts', ...propertyTests.map((file) => `<rootDir>/${file}`)],
      testPathIgnorePatterns: npmTest.testPathIgnorePatterns.filter((pattern) => !pattern.includes('full')),
    }),
    project(require('./sandbox/jest.config.js')),
    project({ ...require('./sandbox/conformance/jest.config.js'), rootDir: join(__dirname, 'sandbox') }),
  ],
};
