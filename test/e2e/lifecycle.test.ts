import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { Failure } from '../../src/failures';
import { shardWorkflowId } from '../../src/ids';
import { progressOf, runToEnd, startRun } from '../support/run';
import { BUCKET, startStack, type Stack } from '../support/stack';
import { readObjects, readReceipts, uploadArchives, type UploadedArchive } from '../support/vault';
import { until } from '../support/until';

const MIB = 1024 * 1024;

describe('with the workflow cache off (every task replays its history)', () => {
  let stack: Stack;
  let uploaded: readonly UploadedArchive[];

  beforeAll(async () => {
    stack = await startStack({ maxCachedWorkflows: 0 });
    uploaded = await uploadArchives(stack.clients, [
      ...Array.from({ length: 40 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number })),
      { description: 'own workflow', sizeBytes: 2 * MIB },
      { description: 'in parts', sizeBytes: 9 * MIB },
    ]);
  }, 60_000);
  afterAll(async () => await stack.close());

  test('a root that continues as new many times loses no shard and no count', async () => {
    const summary = await runToEnd(stack, 'continued', {
      tuning: { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB, shardArchives: 7, continueAsNewAfter: 20 },
    });
    expect(summary).toMatchObject({
      state: 'completed',
      archives: { total: uploaded.length, verified: uploaded.length },
    });
    expect((await readReceipts(stack.clients.s3, 'continued')).length).toBe(uploaded.length);
    expect((await readObjects(stack.clients.s3)).length).toBe(uploaded.length);

    const { raw } = await stack.client.workflow.getHandle('continued').describe();
    const { firstRunId, execution } = raw.workflowExecutionInfo ?? {};
    expect(firstRunId).not.toBe(execution?.runId);
  }, 120_000);
});

describe('a cancelled run', () => {
  let stack: Stack;
  let run: WorkflowHandle;
  let uploaded: readonly UploadedArchive[];

  beforeAll(async () => {
    // Jobs take half an hour, so all archives are waiting for Glacier when the run is cancelled.
    stack = await startStack({ sandbox: { delaysMs: { bulk: 1_800_000, expedited: 50, inventory: 50 } } });
    uploaded = await uploadArchives(stack.clients, [
      ...Array.from({ length: 10 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number })),
      { description: 'own workflow', sizeBytes: 2 * MIB },
    ]);
    run = await startRun(stack, 'cancelled', { tuning: { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB } });
    await until(async () => (await progressOf(stack, 'cancelled')).archives.requested === uploaded.length);
  }, 60_000);
  afterAll(async () => await stack.close());

  test('ends as cancelled, with a receipt for each archive and no open upload', async () => {
    await run.cancel();
    const error = await run.result().catch((reason: unknown) => reason);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(await progressOf(stack, 'cancelled')).toMatchObject({
      state: 'cancelled',
      openShards: [],
      archives: { total: uploaded.length, skipped: uploaded.length },
    });
    const receipts = await readReceipts(stack.clients.s3, 'cancelled');
    expect(receipts.map(({ reason }) => reason)).toEqual(uploaded.map(() => Failure.Cancelled));
    const uploads = await stack.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    expect(uploads.Uploads ?? []).toEqual([]);
    const shard = await stack.client.workflow.getHandle(shardWorkflowId('cancelled', 0)).describe();
    expect(shard.status.name).toBe('COMPLETED');
  }, 60_000);
});

describe('a namespace without our search attributes', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ searchAttributes: false });
    await uploadArchives(stack.clients, [
      { description: 'small', sizeBytes: 1 },
      { description: 'own workflow', sizeBytes: 2 * MIB },
    ]);
  }, 60_000);
  afterAll(async () => await stack.close());

  test('runs the transfer without search attributes', async () => {
    const summary = await runToEnd(stack, 'plain', { tuning: { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB } });
    expect(summary).toMatchObject({ state: 'completed', archives: { total: 2, verified: 2 } });
  }, 60_000);
});
