import { CONTROL_QUEUE, Queries, shardWorkflowId, Signals, Updates } from '../src/ids';
import type { RunProgress } from '../src/wire/progress';
import type { RateLimits } from '../src/wire/request';
import type { InitiateBatchInput } from '../src/wire/transfer';
import { allRequested, SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { startWorkflowBench, type Fakes, type WorkflowBench } from '../test/support/workflow-bench';

const GIB = 2 ** 30;
const FAST: RateLimits = { bytesPerDay: String(1_000_000 * GIB), requestsPerSecond: 1_000 };

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(() => bench.close());

interface Scene {
  readonly run: string;
  readonly pace: RateLimits;
  readonly shards: number;
  readonly sizeBytes: number;
  /** Requested batches. */
  readonly batches: InitiateBatchInput[];
  /** Whether Glacier has the outputs ready. */
  readonly isReady: () => boolean;
}

/** Activities of a run of shards with two archives each. */
const fakesOf = ({ run, pace, shards, sizeBytes, batches, isReady }: Scene): Fakes => ({
  checkRequest: async () => ({
    ...SETTINGS,
    run,
    inventory: 'given.json',
    rateLimits: pace,
    firstPollSeconds: 1,
    pollSeconds: 1,
  }),
  findPreparedInventory: async () => null,
  prepareInventory: async () => ({
    inventoryDate: null,
    shardCount: shards,
    total: { archives: 2 * shards, bytes: String(2 * shards * sizeBytes) },
    excluded: { archives: 1, bytes: '7' },
    gaps: 1,
    quarantinedRows: 0,
  }),
  openShard: async (_settings, shard) => ({
    firstIndex: 2 * shard,
    sizesBytes: [sizeBytes, sizeBytes],
    ownWorkflow: [],
    verified: [],
    nextBatch: 1,
  }),
  initiateBatch: async (input) => {
    batches.push(input);
    const jobs = input.indexes.map((index) => ({ index, jobId: `job-${index}` }));
    return allRequested(jobs);
  },
  checkJobs: async (_settings, jobs) =>
    isReady() ? jobs.map((job) => ({ ...job, status: 'Succeeded' as const, message: '' })) : [],
  moveBatch: async ({ jobs }) => ({
    verified: jobs.map(({ index }) => index),
    failed: [],
    expired: [],
    notReady: [],
    unsettled: [],
    problem: null,
  }),
  writeSummary: async () => undefined,
});

const start = async ({ run }: Scene) =>
  await bench.client.workflow.start('vaultTransfer', {
    workflowId: run,
    taskQueue: CONTROL_QUEUE,
    args: [{ vault: 'photos', bucket: 'destination' }],
    workflowExecutionTimeout: '50s',
  });

const requested = ({ batches }: Scene): number[] => batches.flatMap(({ indexes }) => indexes);

test('a run that has used up its bytes per day waits, reports it, and resumes at once with a new rate limit', async () => {
  const pace = { bytesPerDay: String(100 * GIB), requestsPerSecond: 1_000 };
  const scene: Scene = { run: 'paced', pace, shards: 2, sizeBytes: 10 * GIB, batches: [], isReady: () => true };
  await bench.serve(fakesOf(scene), async () => {
    const handle = await start(scene);
    const progress = (): Promise<RunProgress> => handle.query<RunProgress>(Queries.progress);
    await until(async () => (await progress()).limitedBy === 'bytesPerDay');
    // A burst of five minutes admits the first archive, which is larger.
    expect(requested(scene)).toEqual([0]);
    expect(await progress()).toMatchObject({ gaps: 1, rateLimits: pace, archives: { total: 4, excluded: 1 } });

    await expect(handle.executeUpdate(Updates.setRateLimits, { args: [{ bytesPerDay: '0' }] })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('bytes per day') },
    });
    const answer = await handle.executeUpdate<RunProgress, [Partial<RateLimits>]>(Updates.setRateLimits, {
      args: [FAST],
    });
    expect(answer.rateLimits).toEqual(FAST);
    expect(await handle.result()).toMatchObject({ state: 'completed', archives: { verified: 4, excluded: 1 } });
    expect(requested(scene)).toEqual([0, 1, 2, 3]);
  });
}, 60_000);

test('requests stay within the in-flight limit, which grows with downloads, and runs share the workers fairly', async () => {
  let ready = false;
  const scene: Scene = {
    run: 'window',
    pace: FAST,
    shards: 3,
    sizeBytes: 150 * GIB,
    batches: [],
    isReady: () => ready,
  };
  await bench.serve(fakesOf(scene), async () => {
    const handle = await start(scene);
    await until(async () => (await handle.query<RunProgress>(Queries.progress)).limitedBy === 'inFlight');
    expect(requested(scene)).toEqual([0, 1]);
    const { raw } = await bench.client.workflow.getHandle(shardWorkflowId(scene.run, 0)).describe();
    expect(raw.workflowExecutionInfo?.priority).toMatchObject({ fairnessKey: scene.run });
    ready = true;
    expect(await handle.result()).toMatchObject({ state: 'completed', archives: { verified: 6 } });
    expect(requested(scene)).toEqual([0, 1, 2, 3, 4, 5]);
  });
}, 60_000);

test('a series sets the rate limits of a run by a signal, and its open shards receive them', async () => {
  const pace = { bytesPerDay: String(100 * GIB), requestsPerSecond: 3 };
  const scene: Scene = { run: 'signalled', pace, shards: 1, sizeBytes: 10 * GIB, batches: [], isReady: () => true };
  await bench.serve(fakesOf(scene), async () => {
    const handle = await start(scene);
    await until(async () => (await handle.query<RunProgress>(Queries.progress)).limitedBy === 'bytesPerDay');
    await handle.signal(Signals.rateLimits, { requestsPerSecond: 'nonsense' });
    await handle.signal(Signals.rateLimits, FAST);
    await handle.result();
    expect(scene.batches.map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([3, 1_000]);
  });
}, 60_000);
