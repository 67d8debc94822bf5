import { ApplicationFailure } from '@temporalio/common';
import { CONTROL_QUEUE, shardWorkflowId, Signals } from '../src/ids';
import type { RunSettings } from '../src/wire/request';
import type { BatchResult, SettledArchive } from '../src/wire/transfer';
import { SETTINGS } from '../test/support/samples';
import { startWorkflowBench, untilCancelled, type Fakes, type WorkflowBench } from '../test/support/workflow-bench';
import type { shard } from './shard';

const NOTHING: BatchResult = { verified: [], failed: [], expired: [], notReady: [], unsettled: [], problem: null };

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(() => bench.close());

/** A promise and its resolution. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Activities of a shard of small archives whose receipts end up in `written`. */
const smallShard = (sizesBytes: readonly number[], written: SettledArchive[]): Fakes => ({
  openShard: async () => ({ firstIndex: 0, sizesBytes, own: [] }),
  requestBatch: async ({ indexes }) => ({
    jobs: indexes.map((index) => ({ index, jobId: `job-${index}` })),
    adopted: [],
    failed: [],
    unsettled: [],
    throttle: null,
    problem: null,
  }),
  writeReceipts: async (_settings, _shard, _batch, settled) => void written.push(...settled),
});

async function start(run: string, polls: Partial<RunSettings> = {}) {
  return await bench.client.workflow.start<typeof shard>('shard', {
    workflowId: shardWorkflowId(run, 0),
    taskQueue: CONTROL_QUEUE,
    args: [{ settings: { ...SETTINGS, ...polls, run }, shard: 0, reportSeconds: 1 }],
    workflowExecutionTimeout: '25s',
  });
}
const done = (index: number) => ({ index, jobId: `job-${index}`, status: 'Succeeded', message: '' });

test('a batch that ends well while the shard is cancelled is verified, and nothing else is said of it', async () => {
  const written: SettledArchive[] = [];
  const moving = gate();
  const fakes: Fakes = {
    ...smallShard([10, 20], written),
    moveBatch: async ({ jobs }) => {
      moving.open();
      await untilCancelled();
      return { ...NOTHING, verified: jobs.map(({ index }) => index) };
    },
  };
  await bench.serve(fakes, async () => {
    const handle = await start('cancelled-batch');
    await handle.signal(Signals.jobsDone, [done(0)]);
    await moving.opened;
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ archives: { verified: 1, skipped: 1 } });
  });
  expect(written).toMatchObject([{ index: 1, outcome: 'skipped', reason: 'Cancelled' }]);
});

test('what failed at the moment of the cancellation gets its receipt too', async () => {
  const written: SettledArchive[] = [];
  const requesting = gate();
  const fakes: Fakes = {
    ...smallShard([10, 20], written),
    requestBatch: async ({ indexes }) => {
      requesting.open();
      await untilCancelled();
      const failed = indexes.map((index) => ({ index, reason: 'KeyTaken' as const, message: 'taken' }));
      return { jobs: [], adopted: [], failed, unsettled: [], throttle: null, problem: null };
    },
  };
  await bench.serve(fakes, async () => {
    const handle = await start('cancelled-request');
    await requesting.opened;
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ archives: { failed: 2 }, failures: { KeyTaken: 2 } });
  });
  expect(written.map(({ index, reason }) => [index, reason])).toEqual([
    [0, 'KeyTaken'],
    [1, 'KeyTaken'],
  ]);
});

test('a shard that is cancelled before it has begun still accounts for its archives', async () => {
  const written: SettledArchive[] = [];
  const handle = await start('cancelled-early');
  await handle.cancel();
  await bench.serve(smallShard([10, 20], written), async () => {
    expect(await handle.result()).toMatchObject({ archives: { skipped: 2 }, final: true });
  });
  expect(written).toHaveLength(2);
});

test('a shard that may not ask about its jobs fails what is open, and says why', async () => {
  const written: SettledArchive[] = [];
  const fakes: Fakes = {
    ...smallShard([10, 20], written),
    checkJobs: async () => {
      throw ApplicationFailure.nonRetryable('AccessDeniedException: no', 'AccessDenied');
    },
  };
  await bench.serve(fakes, async () => {
    const handle = await start('denied', { firstPollSeconds: 1 });
    expect(await handle.result()).toMatchObject({
      final: true,
      archives: { failed: 2 },
      failures: { AccessDenied: 2 },
    });
  });
  expect(written).toMatchObject([{ jobIds: ['job-0'] }, { jobIds: ['job-1'] }]);
});
