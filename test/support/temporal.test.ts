import { Worker } from '@temporalio/worker';
import { openTestEnv, workflowBundle } from './temporal';

test('a worker takes the workflow bundle and polls the shared server', async () => {
  const env = await openTestEnv();
  const { nativeConnection: connection } = env;
  const worker = await Worker.create({ connection, taskQueue: 'test-support', workflowBundle: workflowBundle() });
  await worker.runUntil(async () => {
    await env.client.workflow.start('archive', { taskQueue: 'test-support-nobody', workflowId: 'test-support' });
    expect(worker.getState()).toBe('RUNNING');
  });
  await env.teardown();
});

test('an environment may be opened again after the last one was closed', async () => {
  const env = await openTestEnv();
  const { type } = await env.client.workflow.getHandle('test-support').describe();
  expect(type).toBe('archive');
  await env.teardown();
});
