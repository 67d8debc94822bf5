import { ApplicationFailure } from '@temporalio/common';
import { CONTROL_QUEUE, Queries, Updates } from '../src/ids';
import type { PreparedInventory } from '../src/wire/inventory';
import type { RunProgress, TransferSummary } from '../src/wire/progress';
import type { TransferRequest } from '../src/wire/request';
import { SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { startWorkflowBench, type Fakes, type WorkflowBench } from '../test/support/workflow-bench';

const EMPTY: PreparedInventory = {
  inventoryDate: '2026-05-12T14:19:01Z',
  shardCount: 0,
  total: { archives: 0, bytes: '0' },
  excluded: { archives: 0, bytes: '0' },
  gaps: 0,
  quarantinedRows: 0,
};
const REQUEST: TransferRequest = { vault: SETTINGS.vault, bucket: SETTINGS.bucket };

let bench: WorkflowBench;
beforeAll(async () => {
  bench = await startWorkflowBench();
});
afterAll(() => bench.close());

type Handle = ReturnType<WorkflowBench['client']['workflow']['getHandle']>;

/** A run with an empty inventory. */
async function run(
  name: string,
  fakes: Fakes,
  pollSeconds = 3_600,
  meanwhile: (handle: Handle) => Promise<void> = async () => undefined,
): Promise<RunProgress> {
  return await bench.serve(
    {
      checkRequest: async () => ({ ...SETTINGS, run: name, pollSeconds }),
      findPreparedInventory: async () => null,
      prepareInventory: async () => EMPTY,
      writeSummary: async () => undefined,
      ...fakes,
    },
    async () => {
      const handle = await bench.client.workflow.start('vaultTransfer', {
        taskQueue: CONTROL_QUEUE,
        workflowId: name,
        args: [REQUEST],
      });
      await meanwhile(handle);
      const summary = (await handle.result()) as TransferSummary;
      expect(summary.state).toBe('completed');
      return await handle.query<RunProgress>(Queries.progress);
    },
  );
}

test('a finished inventory job is read at once, and an empty vault is reported as empty', async () => {
  const progress = await run('finished', { initiateInventory: async () => ({ jobId: 'there', finished: true }) });
  expect(progress).toMatchObject({
    state: 'completed',
    detail: 'the vault is empty: its inventory of 2026-05-12T14:19:01Z lists no archive',
  });
}, 60_000);

test('an inventory job with a premature notification is waited for, not initiated again', async () => {
  const ordered: string[] = [];
  const read: (string | null)[] = [];
  await run(
    'early',
    {
      initiateInventory: async () => {
        ordered.push('job');
        return { jobId: 'early', finished: ordered.length === 1 };
      },
      checkJobs: async (_settings, jobs) => jobs.map((job) => ({ ...job, status: 'Succeeded', message: '' })),
      prepareInventory: async (_settings, jobId) => {
        read.push(jobId);
        if (read.length === 1) throw ApplicationFailure.nonRetryable('not ready', 'JobNotReady');
        return EMPTY;
      },
    },
    1,
  );
  expect([ordered, read]).toEqual([['job'], ['early', 'early']]);
}, 60_000);

test('preparing an inventory is retried far more than ten times, and the run continues', async () => {
  let tries = 0;
  const progress = await run('outage', {
    initiateInventory: async () => ({ jobId: 'there', finished: true }),
    prepareInventory: async () => {
      tries += 1;
      if (tries > 25) return EMPTY;
      throw ApplicationFailure.create({ type: 'Unavailable', message: 'connection refused', nextRetryDelay: 1 });
    },
  });
  expect(progress.state).toBe('completed');
  expect(tries).toBe(26);
}, 60_000);

/** Progress of a run that waits for a problem to be fixed; then it is resumed. */
async function whileInAttention(name: string, fakes: Fakes): Promise<RunProgress> {
  const seen: RunProgress[] = [];
  await run(
    name,
    {
      initiateInventory: async () => ({ jobId: 'there', finished: true }),
      ...fakes,
      writeSummary: async () => undefined,
    },
    3_600,
    async (handle) => {
      await until(async () => {
        const progress = await handle.query<RunProgress>(Queries.progress);
        if (progress.state !== 'attention') return false;
        seen.push(progress);
        return true;
      });
      await handle.executeUpdate(Updates.resume);
    },
  );
  return seen[0] as RunProgress;
}

test.each(['prepareInventory', 'checkRequest'] as const)(
  'a worker whose machine cannot do %s is shown as what needs a person, and does not end the run',
  async (activity) => {
    const message = 'The disk of worker machine w is full in /tmp.';
    let tries = 0;
    const good = { prepareInventory: async () => EMPTY, checkRequest: async () => ({ ...SETTINGS, run: activity }) };
    const progress = await whileInAttention(activity, {
      [activity]: async () => {
        tries += 1;
        if (tries > 1) return await good[activity]();
        throw ApplicationFailure.nonRetryable(message, 'HostUnusable');
      },
    });
    expect(progress.problem).toEqual({ reason: 'HostUnusable', message });
    expect(tries).toBe(2);
  },
  60_000,
);
