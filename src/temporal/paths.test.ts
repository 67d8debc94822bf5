import { basename, dirname } from 'node:path';
import { workflowBundleFile, workflowBundlePath } from './paths';

test('it is dist/workflow-bundle.js', () => {
  expect(basename(dirname(workflowBundleFile))).toBe('dist');
  expect(basename(workflowBundleFile)).toBe('workflow-bundle.js');
});

test('a bundle that exists is taken, a missing one says how to build it', () => {
  expect(workflowBundlePath(__filename)).toBe(__filename);
  expect(() => workflowBundlePath('/nowhere/workflow-bundle.js')).toThrow(
    'The workflow bundle /nowhere/workflow-bundle.js is missing: run npm run build.',
  );
});
