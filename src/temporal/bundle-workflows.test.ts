import { join } from 'node:path';
import { bundleProblems, bundleWorkflows } from './bundle-workflows';
import { failureConverterPath } from './codec/data-converter';
import { packageRoot } from './paths';

const types = ['vaultTransfer', 'vaultSeries', 'shard', 'archive'];

test('the workflows of the sources bundle without a problem', async () => {
  const bundle = await bundleWorkflows(join(packageRoot, 'workflows'));
  expect(bundleProblems(bundle, types)).toEqual([]);
  expect(bundle.modules).toEqual(expect.arrayContaining(['workflows/index.ts', 'src/ids.ts']));
  expect(bundle.modules).toContain('node_modules/@temporalio/workflow/lib/index.js');
});

test('for workers with a codec it holds the converter of failures as well', async () => {
  const bundle = await bundleWorkflows(join(packageRoot, 'workflows'), failureConverterPath);
  expect(bundleProblems(bundle, types)).toEqual([]);
  expect(bundle.modules).toContain('src/temporal/codec/failure-converter.ts');
});

test.each([
  ['node_modules/@aws-sdk/client-s3/dist-cjs/index.js', '@aws-sdk/client-s3'],
  ['node_modules/zod/index.cjs', 'zod'],
  ['node_modules/@temporalio/client/lib/index.js', '@temporalio/client'],
  ['activities/index.js', 'activities/index.js'],
  ['src/aws/clients.ts', 'src/aws/clients.ts'],
  ['../elsewhere/src/domain/x.ts', '../elsewhere/src/domain/x.ts'],
])('%s may not be in it', (module, origin) => {
  const modules = ['workflows/index.js', 'src/domain/tally.js', 'src/failures.ts', module, module];
  expect(bundleProblems({ code: '', modules }, types)).toEqual([
    `Workflow code reaches ${origin}, which may not run in a workflow.`,
  ]);
});

test('the entry exports the workflows and nothing else', () => {
  const empty = { code: '', modules: [] };
  expect(bundleProblems(empty, [...types, 'helper'])).toEqual([
    'The entry must export archive, shard, vaultSeries, vaultTransfer and nothing else; it exports vaultTransfer, vaultSeries, shard, archive, helper.',
  ]);
  expect(bundleProblems(empty, ['shard'])).toHaveLength(1);
});

test('a bundle beyond its budget is a problem', () => {
  expect(bundleProblems({ code: 'x'.repeat(2_500_001), modules: [] }, types)).toEqual([
    'The bundle has 2500001 bytes; the budget is 2500000 (find out what came in).',
  ]);
});
