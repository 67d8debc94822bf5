import { WorkflowFailedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, CancelledFailure, RetryState } from '@temporalio/common';
import { ExitCode } from './exit-codes';
import { Run } from './runs';
import { sampleProgress } from './status/sample-progress';

interface Answers {
  readonly describe?: () => unknown;
  readonly query?: () => unknown;
  readonly result?: () => unknown;
}

const running = { type: 'vaultTransfer', status: { name: 'RUNNING' } };
const closed = (name: string) => ({
  type: 'vaultTransfer',
  status: { name },
  closeTime: new Date('2026-11-23T11:00:00Z'),
});

function run({ describe = () => running, query = () => sampleProgress(), result = () => null }: Answers): Run {
  const handle = { describe: async () => describe(), query: async () => query(), result: async () => result() };
  return new Run({ workflow: { getHandle: () => handle } } as unknown as Client, 'photos-1');
}
const failing = (error: Error) => (): never => {
  throw error;
};
const denied = new WorkflowFailedError(
  'Workflow execution failed',
  new ActivityFailure(
    'Activity task failed',
    'checkRequest',
    '1',
    RetryState.NON_RETRYABLE_FAILURE,
    'w',
    ApplicationFailure.create({ type: 'AccessDenied', message: 'glacier:InitiateJob is not allowed' }),
  ),
  RetryState.NON_RETRYABLE_FAILURE,
);

test('a running run says itself how far it is', async () => {
  expect(await run({}).progress()).toEqual(sampleProgress());
});

test('an unknown run is a usage error that tells where else to look', async () => {
  const unknown = run({ describe: failing(new WorkflowNotFoundError('no', 'photos-1', undefined)) });
  await expect(unknown.progress()).rejects.toMatchObject({
    message: expect.stringMatching(/has no run named "photos-1".*--bucket/),
    exitCode: ExitCode.Usage,
  });
});

test('another workflow is no run', async () => {
  const other = run({ describe: () => ({ ...running, type: 'shard' }) });
  await expect(other.progress()).rejects.toThrow('"photos-1" is a workflow of type shard, not a run.');
});

test.each([
  [
    () => ({ vaults: [{ run: 'all-photos' }, { run: 'all-films' }] }),
    'each a separate run: all-photos, all-films. Name',
  ],
  [failing(new Error('no poller seen')), 'each a separate run. Name'],
])('the name of a series is rejected as a run, listing its runs', async (query, sentence) => {
  const several = run({ describe: () => ({ ...running, type: 'vaultSeries' }), query });
  await expect(several.progress()).rejects.toMatchObject({
    message: expect.stringContaining(sentence) as string,
    exitCode: ExitCode.Usage,
  });
});

test('without a worker there is no answer, but the run is safe', async () => {
  await expect(run({ query: failing(new Error('no poller seen')) }).progress()).rejects.toMatchObject({
    message: expect.stringMatching(/No worker answered for photos-1 \(no poller seen\).*is safe/),
    exitCode: ExitCode.Temporary,
  });
});

test('a run that was terminated in Temporal does not look alive', async () => {
  expect(await run({ describe: () => closed('TERMINATED') }).progress()).toMatchObject({
    state: 'failed',
    detail: 'The workflow was terminated in Temporal.',
    finishedAt: '2026-11-23T11:00:00.000Z',
  });
});

test('a failed run tells the reason at the bottom', async () => {
  const failed = run({ describe: () => closed('FAILED'), result: failing(denied) });
  expect(await failed.progress()).toMatchObject({
    state: 'failed',
    detail:
      'The run photos-1 failed: glacier:InitiateJob is not allowed. The run has ended. Once this is fixed, reopen it: ' +
      'glacier-transfer retry photos-1',
  });
  await expect(failed.result()).rejects.toMatchObject({ exitCode: ExitCode.Configuration });
});

test('a cancelled run is not reported as failed', async () => {
  const error = new WorkflowFailedError(
    'Workflow execution cancelled',
    new CancelledFailure('cancelled'),
    RetryState.TIMEOUT,
  );
  const cancelled = run({ describe: () => closed('CANCELLED'), result: failing(error) });
  expect(await cancelled.progress()).toMatchObject({ state: 'cancelled' });
  await expect(cancelled.result()).rejects.toThrow(
    'The run photos-1 was cancelled. Verified objects stay in the bucket.',
  );
});

test('a completed run is told from its result when no worker is there', async () => {
  const { archives, bytes, run: name, vault, failures, startedAt, location } = sampleProgress();
  const quarantinedRows = 0;
  const finishedAt = '2026-11-23T11:00:00.000Z';
  const summary = { run: name, vault, state: 'completed', archives, bytes, quarantinedRows, failures, startedAt };
  const completed = run({
    describe: () => closed('COMPLETED'),
    query: failing(new Error('no poller seen')),
    result: () => ({ ...summary, finishedAt, location }),
  });
  expect(await completed.progress()).toMatchObject({ ...summary, finishedAt, location, bucket: 'my-bucket' });
});
