import { ApplicationFailure } from '@temporalio/common';
import { CONTROL_QUEUE, Queries } from '../src/ids';
import type { PreparedInventory } from '../src/wire/inventory';
import type { RunProgress, TransferSummary } from '../src/wire/progress';
import type { TransferRequest } from '../src/wire/request';
import { SETTINGS } from '../test/support/samples';
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

/** A run whose inventory lists nothing. */
async function run(name: string, fakes: Fakes, pollSeconds = 3_600): Promise<RunProgress> {
  return await bench.serve(
    {
      checkRequest: async () => ({ ...SETTINGS, run: name, pollSeconds }),
      findPrepared: async () => null,
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
      const summary = (await handle.result()) as TransferSummary;
      expect(summary.state).toBe('completed');
      return await handle.query<RunProgress>(Queries.progress);
    },
  );
}

test('an inventory that is finished is read at once, and an empty vault is said to be empty', async () => {
  const progress = await run('finished', { requestInventory: async () => ({ jobId: 'there', finished: true }) });
  expect(progress).toMatchObject({
    state: 'completed',
    detail: 'the vault is empty: its inventory of 2026-05-12T14:19:01Z lists no archive',
  });
}, 60_000);

test('a job that was announced before it was done is waited for, and not ordered again', async () => {
  const ordered: string[] = [];
  const read: (string | null)[] = [];
  await run(
    'early',
    {
      requestInventory: async () => {
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
