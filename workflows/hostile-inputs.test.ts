import { ApplicationFailure } from '@temporalio/common';
import { constantFrom, jsonValue, oneof, sample, tuple, type Arbitrary } from 'fast-check';
import { archiveWorkflowId, CONTROL_QUEUE, Queries, shardWorkflowId, Signals } from '../src/ids';
import type { ShardReport } from '../src/wire/signals';
import { allRequested, ARCHIVE, SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { startWorkflowBench, type Fakes, type WorkflowBench } from '../test/support/workflow-bench';
import type { shard } from './shard';

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(() => bench.close());

/** Activities that record their calls. */
function recorders(calls: string[]): Fakes {
  const record = (name: string) => async (): Promise<never> => {
    calls.push(name);
    throw ApplicationFailure.nonRetryable(`${name} was called`, 'Refused');
  };
  const names = [
    'checkRequest',
    'findPreparedInventory',
    'openShard',
    'initiateRetrieval',
    'writeReceipt',
    'writeSummary',
  ];
  return Object.fromEntries(names.map((name) => [name, record(name)]));
}

/** Failure type of a workflow. */
async function failureOf(result: Promise<unknown>): Promise<string> {
  try {
    return `it ended well: ${JSON.stringify(await result)}`;
  } catch (error) {
    const { cause } = error as Error;
    return cause instanceof ApplicationFailure ? (cause.type ?? '') : String(error);
  }
}

const admission = { sequence: 1, admittedBytes: 2 ** 50, requestsPerSecond: 1_000 };
const shardInput = (run: string) => ({
  settings: { ...SETTINGS, run },
  shard: 0,
  reportSeconds: 1,
  reopened: false,
  retries: 0,
  admission,
});
const archiveInput = (run: string) => ({
  settings: { ...SETTINGS, run },
  shard: 0,
  index: ARCHIVE.index,
  archiveId: ARCHIVE.archiveId,
  sizeBytes: 9,
  mayHaveJob: false,
});
const REQUEST = { vault: 'photos', bucket: 'destination' };
const CARRY = { settings: SETTINGS, prepared: { shardCount: 0 }, startedAtMs: 0, shards: {}, admission: {}, gate: {} };

test.each([
  ['a carry', 'vaultTransfer', 'carried', [REQUEST, CARRY], {}],
  ['a carry that is none', 'vaultTransfer', 'carried-text', [REQUEST, 'x'], {}],
  ['a carry for an id that is no name of a run', 'vaultTransfer', 'we/ird"`x', [{ vault: '!!bad!!' }, CARRY], {}],
  ['a carry under a retry policy', 'vaultTransfer', 'retried', [REQUEST, CARRY], { retry: { maximumAttempts: 3 } }],
  ['a shard without a run', 'shard', shardWorkflowId('alone', 0), [shardInput('alone')], {}],
  ['an archive without a shard', 'archive', archiveWorkflowId('alone', 'arc'), [archiveInput('alone')], {}],
  ['a shard without an input', 'shard', 'empty/shard-000000', [], {}],
  ['an archive without an input', 'archive', 'empty/archive-x', [null], {}],
] as const)('%s is refused, and no activity is called', async (_what, type, workflowId, args, options) => {
  const calls: string[] = [];
  await bench.serve(recorders(calls), async () => {
    const result = bench.client.workflow.execute(type, {
      ...options,
      workflowId,
      taskQueue: CONTROL_QUEUE,
      args: [...args],
      workflowExecutionTimeout: '25s',
    });
    expect(await failureOf(result)).toBe('InvalidRequest');
  });
  expect(calls).toEqual([]);
});

test('a second argument is still rejected when a cron schedule passes it on to the next run', async () => {
  const calls: string[] = [];
  const workflowId = 'scheduled';
  await bench.serve(recorders(calls), async () => {
    const handle = await bench.client.workflow.start('vaultTransfer', {
      workflowId,
      taskQueue: CONTROL_QUEUE,
      args: [REQUEST, CARRY],
      cronSchedule: '@every 1s',
      workflowExecutionTimeout: '25s',
    });
    const firstRunId = handle.firstExecutionRunId;
    const runs = new Set<string>();
    await until(async () => {
      runs.add((await bench.client.workflow.getHandle(workflowId).describe()).runId);
      return runs.size > 2;
    });
    for (const runId of runs) {
      const { status } = await bench.client.workflow.getHandle(workflowId, runId).describe();
      expect([firstRunId, status.name]).toEqual([firstRunId, expect.stringMatching(/FAILED|CONTINUED|RUNNING/)]);
    }
    await bench.client.workflow.getHandle(workflowId).terminate();
  });
  expect(calls).toEqual([]);
}, 40_000);

test.each([
  ['a shard under another run', 'mine', 'shard', shardWorkflowId('theirs', 0), [shardInput('theirs')]],
  ['a shard under an id that is not its own', 'named', 'shard', 'named/shard-000007', [shardInput('named')]],
  ['an archive under a run', 'rooted', 'archive', archiveWorkflowId('rooted', 'arc'), [archiveInput('rooted')]],
] as const)('%s is refused', async (_what, parentId, type, workflowId, args) => {
  const calls: string[] = [];
  await bench.serve(recorders(calls), async () => {
    const handle = await bench.startUnder(parentId, type, workflowId, [...args]);
    expect(await failureOf(handle.result())).toBe('InvalidRequest');
  });
  expect(calls).toEqual([]);
});

/** The input with one of its fields replaced by a value of another type. */
const mutated = (input: object): Arbitrary<unknown> =>
  oneof(
    jsonValue(),
    tuple(constantFrom(...Object.entries(input)), constantFrom(null, -1, 'x', [], {}, 1.5))
      .filter(([[, was], value]) => typeof value !== typeof was || value === null || value === -1)
      .map(([[field], value]) => ({ ...input, [field]: value })),
  );

test.each([
  ['shard', 'mutated-1', shardWorkflowId('mutated-1', 0), mutated(shardInput('mutated-1'))],
  [
    'archive',
    shardWorkflowId('mutated-2', 0),
    archiveWorkflowId('mutated-2', 'arc'),
    mutated(archiveInput('mutated-2')),
  ],
] as const)(
  'mutated inputs of the workflow %s end it as refused, and never keep it waiting',
  async (type, parent, id, inputs) => {
    const calls: string[] = [];
    await bench.serve(recorders(calls), async () => {
      for (const input of sample(inputs, { numRuns: 15, seed: 13 })) {
        const handle = await bench.startUnder(parent, type, id, [input]);
        const outcome = await failureOf(handle.result());
        expect([input, outcome]).toEqual([input, 'InvalidRequest']);
      }
    });
    expect(calls).toEqual([]);
  },
  60_000,
);

test('any request value ends the run with the result of its validation', async () => {
  const requests = sample(jsonValue(), { numRuns: 25, seed: 13 });
  const fakes: Fakes = {
    checkRequest: async () => {
      throw ApplicationFailure.nonRetryable('vault: it is missing', 'InvalidRequest');
    },
  };
  await bench.serve(fakes, async () => {
    const outcomes = await Promise.all(
      requests.map((request, number) =>
        failureOf(
          bench.client.workflow.execute('vaultTransfer', {
            workflowId: `request-${number}`,
            taskQueue: CONTROL_QUEUE,
            args: [request],
            workflowExecutionTimeout: '25s',
          }),
        ),
      ),
    );
    expect(new Set(outcomes)).toEqual(new Set(['InvalidRequest']));
  });
});

test('signals with invalid values are ignored: the shard still moves its archives', async () => {
  const fakes: Fakes = {
    openShard: async () => ({ firstIndex: 0, sizesBytes: [10], ownWorkflow: [], verified: [], nextBatch: 1 }),
    initiateBatch: async ({ indexes }) => allRequested(indexes.map((index) => ({ index, jobId: 'job' }))),
    moveBatch: async () => ({ verified: [0], failed: [], expired: [], notReady: [], unsettled: [], problem: null }),
  };
  await bench.serve(fakes, async () => {
    const workflowId = shardWorkflowId('signalled', 0);
    const handle = await bench.startUnder<typeof shard>('signalled', 'shard', workflowId, [shardInput('signalled')]);
    await until(async () => (await handle.query<ShardReport>(Queries.progress)).archives.requested === 1);
    for (const signal of Object.values(Signals)) {
      for (const value of [null, 'x', -1, [], {}, [null], { sequence: 2 ** 60, state: 'ajar' }, { from: 0 }]) {
        await handle.signal(signal, value);
      }
      await handle.signal(signal);
    }
    await handle.signal(Signals.jobsDone, [{ index: 0, jobId: 'job', status: 'Succeeded', message: '' }]);
    expect(await handle.result()).toMatchObject({ final: true, archives: { verified: 1 } });
  });
});
