import { ApplicationFailure } from '@temporalio/common';
import { CONTROL_QUEUE, INVENTORY_INDEX, Queries, Signals, Updates } from '../src/ids';
import type { PreparedInventory } from '../src/wire/inventory';
import type { RateLimits } from '../src/wire/request';
import type { SeriesOrder, SeriesProgress, SeriesSettings } from '../src/wire/series';
import { SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { startWorkflowBench, type Fakes, type WorkflowBench } from '../test/support/workflow-bench';
import type { vaultSeries } from './vault-series';

const PACE: RateLimits = { bytesPerDay: '1200', requestsPerSecond: 12 };
const EMPTY: PreparedInventory = {
  inventoryDate: null,
  shardCount: 0,
  total: { archives: 0, bytes: '0' },
  excluded: { archives: 0, bytes: '0' },
  gaps: 0,
  quarantinedRows: 0,
};

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(() => bench.close());

/** Runs wait for their inventory until the test releases them; then their vault is empty or unreadable. */
class Vaults {
  /** Names of the started runs, and the rate limits each was started with. */
  readonly begun: [run: string, pace: RateLimits][] = [];
  readonly ordered: (readonly [string, readonly string[]])[] = [];
  private readonly failing = new Set<string>();

  async free(run: string, how: 'moved' | 'failed' = 'moved'): Promise<void> {
    if (how === 'failed') this.failing.add(run);
    const done = { index: INVENTORY_INDEX, jobId: 'job', status: 'Succeeded', message: '' };
    await bench.client.workflow.getHandle(run).signal(Signals.jobsDone, [done]);
  }

  fakes(series: string, order: SeriesOrder): Fakes {
    return {
      checkSeries: async () => ({ order, rateLimits: PACE, searchAttributes: false }) satisfies SeriesSettings,
      updateRuns: async (runs, order) => void this.ordered.push([order, runs]),
      checkRequest: async ({ vault, bytesPerDay = '', requestsPerSecond = 0 }) => {
        const run = `${series}-${vault}`;
        this.begun.push([run, { bytesPerDay, requestsPerSecond }]);
        return { ...SETTINGS, run, vault };
      },
      findPreparedInventory: async () => null,
      initiateInventory: async () => ({ jobId: 'job', finished: false }),
      prepareInventory: async ({ run }) => {
        if (this.failing.has(run)) throw ApplicationFailure.nonRetryable('another vault', 'InventoryUnusable');
        return EMPTY;
      },
      writeSummary: async () => undefined,
      cancelRun: async (name) => void (await bench.client.workflow.getHandle(name).cancel()),
    };
  }
}

async function start(name: string, vaults: readonly string[]) {
  return await bench.client.workflow.start<typeof vaultSeries>('vaultSeries', {
    workflowId: name,
    taskQueue: CONTROL_QUEUE,
    args: [{ vaults: vaults.map((vault) => ({ run: `${name}-${vault}`, request: { vault, bucket: 'b' } })) }],
    workflowExecutionTimeout: '60s',
  });
}

/** Payloads of the signals with this name that a workflow has received. */
async function paces(run: string): Promise<unknown[]> {
  const { events } = await bench.client.workflow.getHandle(run).fetchHistory();
  return (events ?? [])
    .map(({ workflowExecutionSignaledEventAttributes: signal }) => signal)
    .filter((signal) => signal?.signalName === Signals.rateLimits)
    .map((signal) => JSON.parse(Buffer.from(signal?.input?.payloads?.[0]?.data ?? []).toString()) as unknown);
}

test('sequential runs: a vault starts when the one before has ended, with any outcome', async () => {
  const vaults = new Vaults();
  await bench.serve(vaults.fakes('line', 'sequential'), async () => {
    const handle = await start('line', ['a', 'b']);
    await until(() => vaults.begun.length === 1);
    expect(await handle.query<SeriesProgress>(Queries.progress)).toMatchObject({
      state: 'transferring',
      vaults: [{ state: 'running' }, { state: 'waiting' }],
    });
    await vaults.free('line-a', 'failed');
    await until(() => vaults.begun.length === 2);
    await vaults.free('line-b');
    expect(await handle.result()).toMatchObject({
      name: 'line',
      state: 'completed-with-failures',
      vaults: [
        { run: 'line-a', state: 'failed', reason: 'InventoryUnusable', message: 'another vault' },
        { run: 'line-b', state: 'completed', tally: { archives: { total: 0 } } },
      ],
    });
  });
  expect(vaults.begun).toEqual([
    ['line-a', PACE],
    ['line-b', PACE],
  ]);
  expect(await paces('line-b')).toEqual([]);
}, 60_000);

test('parallel runs share the rate limits, also new ones, and the last open run has all of them', async () => {
  const vaults = new Vaults();
  await bench.serve(vaults.fakes('rows', 'parallel'), async () => {
    const handle = await start('rows', ['a', 'b']);
    await until(() => vaults.begun.length === 2);
    const half = { bytesPerDay: '600', requestsPerSecond: 6 };
    expect(vaults.begun).toEqual(
      expect.arrayContaining([
        ['rows-a', half],
        ['rows-b', half],
      ]),
    );
    await handle.executeUpdate<SeriesProgress, [Partial<RateLimits>]>(Updates.setRateLimits, {
      args: [{ requestsPerSecond: 20 }],
    });
    await expect(
      handle.executeUpdate(Updates.setRateLimits, { args: [{ bytesPerDay: 'fast' }] }),
    ).rejects.toMatchObject({
      cause: { message: expect.stringContaining('decimal string') as string },
    });
    await until(async () => (await paces('rows-a')).length === 1 && (await paces('rows-b')).length === 1);
    await vaults.free('rows-a');
    await until(async () => (await paces('rows-b')).length === 2);
    expect(await paces('rows-b')).toEqual([
      { bytesPerDay: '600', requestsPerSecond: 10 },
      { bytesPerDay: '1200', requestsPerSecond: 20 },
    ]);
    await vaults.free('rows-b');
    expect(await handle.result()).toMatchObject({ state: 'completed' });
  });
}, 60_000);

test('pausing a series pauses its runs, and none is started', async () => {
  const vaults = new Vaults();
  await bench.serve(vaults.fakes('rest', 'sequential'), async () => {
    const handle = await start('rest', ['a', 'b']);
    await until(() => vaults.begun.length === 1);
    expect(await handle.executeUpdate<SeriesProgress, []>(Updates.pause)).toMatchObject({ state: 'paused' });
    await vaults.free('rest-a');
    await bench.client.workflow.getHandle('rest-a').result();
    await until(async () => (await handle.query<SeriesProgress>(Queries.progress)).vaults[0]?.state === 'completed');
    expect(vaults.begun).toHaveLength(1);
    expect(await handle.executeUpdate<SeriesProgress, []>(Updates.resume)).toMatchObject({ state: 'transferring' });
    await until(() => vaults.begun.length === 2);
    await vaults.free('rest-b');
    await handle.result();
  });
  expect(vaults.ordered[0]).toEqual(['pause', ['rest-a']]);
}, 60_000);

test('cancelling a series cancels its runs and starts no other; a name in use fails only its vault', async () => {
  const vaults = new Vaults();
  await bench.serve(vaults.fakes('stop', 'parallel'), async () => {
    const other = await bench.client.workflow.start('vaultTransfer', {
      workflowId: 'stop-a',
      taskQueue: CONTROL_QUEUE,
      args: [{ vault: 'a', bucket: 'elsewhere' }],
      workflowExecutionTimeout: '60s',
    });
    await until(() => vaults.begun.length === 1);
    const handle = await start('stop', ['a', 'b']);
    await until(() => vaults.begun.length === 2);
    await handle.executeUpdate(Updates.cancel);
    await expect(handle.result()).rejects.toThrow('cancelled');
    expect(await handle.query<SeriesProgress>(Queries.progress)).toMatchObject({
      state: 'cancelled',
      vaults: [{ state: 'failed', reason: 'AlreadyRunning' }, { state: 'cancelled' }],
    });
    expect((await bench.client.workflow.getHandle('stop-b').describe()).status.name).toBe('CANCELLED');
    await vaults.free('stop-a');
    expect(await other.result()).toMatchObject({ vault: 'a', state: 'completed' });
  });
}, 60_000);

test('runs continue when their series is terminated', async () => {
  const vaults = new Vaults();
  await bench.serve(vaults.fakes('gone', 'sequential'), async () => {
    const handle = await start('gone', ['a', 'b']);
    await until(() => vaults.begun.length === 1);
    await handle.terminate();
    await vaults.free('gone-a');
    expect(await bench.client.workflow.getHandle('gone-a').result()).toMatchObject({ state: 'completed' });
  });
  expect(vaults.begun).toHaveLength(1);
}, 60_000);
