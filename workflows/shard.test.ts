import { ApplicationFailure } from '@temporalio/common';
import { Queries, shardWorkflowId, Signals } from '../src/ids';
import type { Admission, PauseGate, ShardReport } from '../src/wire/signals';
import type { RunSettings } from '../src/wire/request';
import type { BatchResult, SettledArchive } from '../src/wire/transfer';
import { allRequested, SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { startWorkflowBench, untilCancelled, type Fakes, type WorkflowBench } from '../test/support/workflow-bench';
import type { shard } from './shard';

const NOTHING: BatchResult = { verified: [], failed: [], expired: [], notReady: [], unsettled: [], problem: null };

/** Admits every shard completely. */
const ALLOWANCE: Admission = { sequence: 1, admittedBytes: 2 ** 50, requestsPerSecond: 1_000 };

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
  openShard: async () => ({ firstIndex: 0, sizesBytes, ownWorkflow: [], verified: [], nextBatch: 1 }),
  initiateBatch: async ({ indexes }) => allRequested(indexes.map((index) => ({ index, jobId: `job-${index}` }))),
  writeReceipts: async (_settings, _shard, _batch, settled) => void written.push(...settled),
});

async function start(run: string, polls: Partial<RunSettings> = {}) {
  return await bench.startUnder<typeof shard>(run, 'shard', shardWorkflowId(run, 0), [
    {
      settings: { ...SETTINGS, ...polls, run },
      shard: 0,
      reportSeconds: 1,
      reopened: false,
      retries: 0,
      admission: ALLOWANCE,
    },
  ]);
}
const done = (index: number) => ({ index, jobId: `job-${index}`, status: 'Succeeded', message: '' });

test('objects to read back go through the batches that move bytes, and are requested from Glacier if gone', async () => {
  const written: SettledArchive[] = [];
  const moves: (readonly [index: number, jobId: string, readBack: boolean])[] = [];
  const base = smallShard([10, 20, 30], written);
  let asked = 0;
  const fakes: Fakes = {
    ...base,
    initiateBatch: async (input) => {
      asked += 1;
      const result = await (base.initiateBatch as NonNullable<Fakes['initiateBatch']>)(input);
      return asked === 1 ? { ...result, jobs: [], adopted: [0], toRead: [1, 2] } : result;
    },
    moveBatch: async ({ jobs }) => {
      moves.push(...jobs.map(({ index, jobId, readBack }) => [index, jobId, readBack === true] as const));
      const gone = jobs.filter(({ index, readBack }) => index === 2 && readBack === true);
      const rest = jobs.filter((job) => !gone.includes(job));
      return { ...NOTHING, verified: rest.map(({ index }) => index), expired: gone.map(({ index }) => index) };
    },
    checkJobs: async (_settings, jobs) => jobs.map((job) => ({ ...job, status: 'Succeeded', message: '' })),
  };
  await bench.serve(fakes, async () => {
    const handle = await start('read-back', { readAdopted: true, firstPollSeconds: 1, pollSeconds: 1 });
    expect(await handle.result()).toMatchObject({ archives: { verified: 3 } });
  });
  expect(moves).toEqual([
    [1, '', true],
    [2, '', true],
    [2, 'job-2', false],
  ]);
  expect(written).toEqual([]);
});

test('a batch that succeeds while the shard is cancelled is verified and has no second receipt', async () => {
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

test('archives that fail at the moment of a cancellation get receipts as well', async () => {
  const written: SettledArchive[] = [];
  const requesting = gate();
  const fakes: Fakes = {
    ...smallShard([10, 20], written),
    initiateBatch: async ({ indexes }) => {
      requesting.open();
      await untilCancelled();
      const failed = indexes.map((index) => ({ index, reason: 'KeyTaken' as const, message: 'taken' }));
      return { jobs: [], adopted: [], failed, unsettled: [], possiblyInitiated: [], throttle: null, problem: null };
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

test('a shard that is cancelled before it has started still accounts for its archives', async () => {
  const written: SettledArchive[] = [];
  const handle = await start('cancelled-early');
  await handle.cancel();
  await bench.serve(smallShard([10, 20], written), async () => {
    expect(await handle.result()).toMatchObject({ archives: { skipped: 2 }, final: true });
  });
  expect(written).toHaveLength(2);
});

test('a shard whose polls Glacier rejects fails its open archives with the reason', async () => {
  const written: SettledArchive[] = [];
  const fakes: Fakes = {
    ...smallShard([10, 20], written),
    checkJobs: async () => {
      throw ApplicationFailure.nonRetryable('InvalidParameterValueException: no', 'Refused');
    },
  };
  await bench.serve(fakes, async () => {
    const handle = await start('refused', { firstPollSeconds: 1 });
    expect(await handle.result()).toMatchObject({ final: true, archives: { failed: 2 }, failures: { Refused: 2 } });
  });
  expect(written).toMatchObject([{ jobIds: ['job-0'] }, { jobIds: ['job-1'] }]);
});

const DENIED = { reason: 'AccessDenied', message: 'allow glacier:InitiateJob' } as const;

test('a problem stops the shard, fails nothing, and is retried when the root sends a probe', async () => {
  const written: SettledArchive[] = [];
  let fixed = false;
  let requests = 0;
  const small = smallShard([10, 20], written);
  const fakes: Fakes = {
    ...small,
    initiateBatch: async (input) => {
      requests += 1;
      if (fixed) return await (small.initiateBatch as NonNullable<Fakes['initiateBatch']>)(input);
      return {
        jobs: [],
        adopted: [],
        failed: [],
        unsettled: input.indexes,
        possiblyInitiated: [],
        throttle: null,
        problem: DENIED,
      };
    },
    moveBatch: async ({ jobs }) => ({ ...NOTHING, verified: jobs.map(({ index }) => index) }),
  };
  await bench.serve(fakes, async () => {
    const handle = await start('fixed');
    // A probe may arrive before the result that closes the gate: then it is repeated, as a root does.
    let sequence = 0;
    const order = async (state: PauseGate['state'], wanted: number): Promise<void> =>
      await until(async () => {
        sequence += 1;
        await handle.signal(Signals.pauseGate, { sequence, state });
        return requests >= wanted;
      });
    await until(() => requests === 1);
    await order('probe', 2);
    fixed = true;
    await order('open', 3);
    await handle.signal(Signals.jobsDone, [done(0), done(1)]);
    expect(await handle.result()).toMatchObject({ archives: { verified: 2 }, failures: {} });
  });
  expect(written).toEqual([]);
});

test('a paused shard interrupts its batch, keeps what that has moved, and moves the rest after the pause', async () => {
  const written: SettledArchive[] = [];
  const moving = gate();
  let batches = 0;
  const fakes: Fakes = {
    ...smallShard([10, 20], written),
    moveBatch: async ({ jobs }) => {
      batches += 1;
      const indexes = jobs.map(({ index }) => index);
      if (batches > 1) return { ...NOTHING, verified: indexes };
      moving.open();
      await untilCancelled();
      return { ...NOTHING, verified: indexes.slice(0, 1), unsettled: indexes.slice(1) };
    },
  };
  await bench.serve(fakes, async () => {
    const handle = await start('held');
    await handle.signal(Signals.jobsDone, [done(0), done(1)]);
    await moving.opened;
    await handle.signal(Signals.pauseGate, { sequence: 1, state: 'paused' });
    const archives = async () => (await handle.query<ShardReport>(Queries.progress)).archives;
    await until(async () => (await archives()).verified === 1);
    expect(await archives()).toMatchObject({ ready: 1 });
    expect(batches).toBe(1);
    await handle.signal(Signals.pauseGate, { sequence: 2, state: 'open' });
    expect(await handle.result()).toMatchObject({ archives: { verified: 2 } });
  });
});

test('failed archives of an open shard are retried by a signal, once per number', async () => {
  const written: SettledArchive[] = [];
  let requests = 0;
  const small = smallShard([10, 20], written);
  const fakes: Fakes = {
    ...small,
    initiateBatch: async (input) => {
      requests += 1;
      if (requests > 1) return await (small.initiateBatch as NonNullable<Fakes['initiateBatch']>)(input);
      const failed = [{ index: 0, reason: 'KeyTaken' as const, message: 'taken' }];
      return {
        jobs: [{ index: 1, jobId: 'job-1' }],
        adopted: [],
        failed,
        unsettled: [],
        possiblyInitiated: [],
        throttle: null,
        problem: null,
      };
    },
    moveBatch: async ({ jobs }) => ({ ...NOTHING, verified: jobs.map(({ index }) => index) }),
  };
  await bench.serve(fakes, async () => {
    const handle = await start('retried');
    await until(async () => (await handle.query<ShardReport>(Queries.progress)).archives.failed === 1);
    await handle.signal(Signals.retryFailed, 1);
    await handle.signal(Signals.retryFailed, 1);
    await handle.signal(Signals.jobsDone, [done(0), done(1)]);
    expect(await handle.result()).toMatchObject({ archives: { verified: 2, failed: 0 }, failures: {}, retries: 1 });
  });
  expect(requests).toBe(2);
});

/** Failure of an activity whose worker dies after its cancellation was requested: it is not retried. */
const workerLost = (): ApplicationFailure => ApplicationFailure.create({ type: 'Unavailable', message: 'worker lost' });

test('a paused batch whose worker dies meanwhile is moved again and fails nothing', async () => {
  const written: SettledArchive[] = [];
  const moving = gate();
  const lost = gate();
  let batches = 0;
  const fakes: Fakes = {
    ...smallShard([10, 20], written),
    moveBatch: async ({ jobs }) => {
      batches += 1;
      if (batches > 1) return { ...NOTHING, verified: jobs.map(({ index }) => index) };
      moving.open();
      await untilCancelled();
      lost.open();
      throw workerLost();
    },
  };
  await bench.serve(fakes, async () => {
    const handle = await start('lost-while-held');
    await handle.signal(Signals.jobsDone, [done(0), done(1)]);
    await moving.opened;
    await handle.signal(Signals.pauseGate, { sequence: 1, state: 'paused' });
    await lost.opened;
    await handle.signal(Signals.pauseGate, { sequence: 2, state: 'open' });
    expect(await handle.result()).toMatchObject({ archives: { verified: 2 }, failures: {} });
  });
  expect(batches).toBe(2);
});

test('a cancelled batch whose worker dies meanwhile is skipped, not failed', async () => {
  const written: SettledArchive[] = [];
  const moving = gate();
  const fakes: Fakes = {
    ...smallShard([10, 20], written),
    moveBatch: async () => {
      moving.open();
      await untilCancelled();
      throw workerLost();
    },
  };
  await bench.serve(fakes, async () => {
    const handle = await start('lost-while-cancelled');
    await handle.signal(Signals.jobsDone, [done(0), done(1)]);
    await moving.opened;
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ archives: { skipped: 2, failed: 0 } });
  });
  expect(written.map(({ reason }) => reason)).toEqual(['Cancelled', 'Cancelled']);
});
