import { DeleteObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { WorkflowFailedError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { Failure } from '../../src/failures';
import { shardWorkflowId, Updates } from '../../src/ids';
import type { FaultScript } from 'glacier-sandbox';
import type { RunProgress, RunState, TransferSummary } from '../../src/wire/progress';
import { progressOf, runToEnd, startRun } from '../support/run';
import { BUCKET, startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { readBack, readReceipts, sowAll, type Sown } from '../support/vault';

const MIB = 1024 * 1024;
/** Small archives pass at once, the parts of the large one take some seconds each. */
const SLOW = { fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: 4 * MIB } as const;
/** The large archive takes longer than any test waits. */
const ENDLESS = { ...SLOW, bytesPerSecond: MIB } as const;
const BOTH_WAYS = { ownWorkflowUpTo: 0, largeArchiveBytes: MIB };

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
}, 60_000);
afterEach(async () => {
  stack.sandbox.faults.clear();
  await stack.close();
});

const sowFew = async (): Promise<readonly Sown[]> =>
  await sowAll(stack.clients, [
    ...Array.from({ length: 8 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1_000 + number })),
    { description: 'own', sizeBytes: 2 * MIB },
    { description: 'parts', sizeBytes: 66 * MIB },
  ]);

const order = async (run: WorkflowHandle, name: keyof typeof Updates): Promise<RunProgress> =>
  await run.executeUpdate<RunProgress, []>(name);
const reaches = async (run: string, state: RunState): Promise<void> =>
  await until(async () => (await progressOf(stack, run)).state === state);
const goWrong = (...rules: FaultScript['rules']): void => stack.sandbox.faults.add({ rules });

async function expectAllMoved(run: WorkflowHandle, sown: readonly Sown[]): Promise<void> {
  const summary = (await run.result()) as TransferSummary;
  expect(summary).toMatchObject({ state: 'completed', archives: { total: sown.length, verified: sown.length } });
  const stored = (await readBack(stack.clients.s3)).map(({ sha256 }) => sha256);
  expect(stored.toSorted()).toEqual(sown.map(({ sha256 }) => sha256).toSorted());
  const { Uploads = [] } = await stack.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect(Uploads).toEqual([]);
}

test('paused while parts fly: bytes rest, nothing is begun, and what S3 has is not sent again', async () => {
  const sown = await sowFew();
  // Slow enough to be caught in the act.
  goWrong(SLOW);
  const run = await startRun(stack, 'paused', { tuning: BOTH_WAYS });
  await until(() => stack.count('UploadPart') > 0);
  expect(await order(run, 'pause')).toMatchObject({ state: 'paused' });
  await expect(order(run, 'pause')).rejects.toThrow(WorkflowUpdateFailedError);
  stack.sandbox.faults.clear();
  await order(run, 'resume');
  await expectAllMoved(run, sown);
  const parts = stack.calls.filter(({ operation, status }) => operation === 'UploadPart' && status === 200);
  const numbers = parts.map(({ detail }) => Number(detail['partNumber']));
  expect(numbers.toSorted((left, right) => left - right)).toEqual([1, 2, 3, 4, 5]);
}, 90_000);

test('paused before anything is requested: no job is paid for until the run may go on', async () => {
  const sown = await sowFew();
  const run = await startRun(stack, 'early', { tuning: BOTH_WAYS });
  await order(run, 'pause');
  await reaches('early', 'paused');
  const requests = stack.count('InitiateJob');
  await order(run, 'resume');
  await expectAllMoved(run, sown);
  expect(requests).toBeLessThanOrEqual(1);
}, 90_000);

test('a permission that is missing stops the run in plain words, fails nothing, and is tried again until it is there', async () => {
  const sown = await sowFew();
  const message = 'User: arn:aws:iam::111122223333:user/copier is not authorized to perform: s3:PutObject';
  const run = await startRun(stack, 'denied', { tuning: BOTH_WAYS });
  await reaches('denied', 'transferring');
  goWrong({ fault: 'error', on: ['s3:PutObject', 's3:UploadPart'], code: 'AccessDenied', message });
  await reaches('denied', 'attention');
  const { problem, archives, detail } = await progressOf(stack, 'denied');
  expect(problem?.reason).toBe(Failure.AccessDenied);
  expect(problem?.message).toContain('s3:PutObject');
  expect(detail).toBe(problem?.message);
  expect(archives.failed).toBe(0);
  // It tries again by itself, and meets the same.
  const refused = (): number => stack.calls.filter(({ detail: { fault } }) => fault === 'error').length;
  const before = refused();
  await until(() => refused() > before);
  stack.sandbox.faults.clear();
  await expectAllMoved(run, sown);
}, 120_000);

test('while Glacier throttles, the run says how slowly it asks, and fails nothing', async () => {
  const sown = await sowFew();
  // The first job is the inventory.
  goWrong({ fault: 'error', on: 'glacier:InitiateJob', code: 'ThrottlingException', at: [2, 3, 4, 5, 6, 7] }, SLOW);
  const run = await startRun(stack, 'throttled', { tuning: BOTH_WAYS });
  await until(async () => (await progressOf(stack, 'throttled')).throttle !== null);
  const { throttle, state, archives } = await progressOf(stack, 'throttled');
  expect(throttle?.requestsPerSecond).toBeLessThan(100);
  expect(state).toBe('transferring');
  expect(archives.failed).toBe(0);
  stack.sandbox.faults.clear();
  await order(run, 'pause');
  await order(run, 'resume');
  await expectAllMoved(run, sown);
}, 120_000);

test('cancelled by order: the run ends as cancelled in Temporal, and no upload is left', async () => {
  await sowFew();
  goWrong(SLOW);
  const run = await startRun(stack, 'cancelled', { tuning: BOTH_WAYS });
  await until(() => stack.count('CreateMultipartUpload') > 0);
  expect(await order(run, 'cancel')).toMatchObject({ state: 'cancelling' });
  const error = await run.result().catch((reason: unknown) => reason);
  expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  expect((await progressOf(stack, 'cancelled')).state).toBe('cancelled');
  const { Uploads = [] } = await stack.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect(Uploads).toEqual([]);
  expect(await readReceipts(stack.clients.s3, 'cancelled')).toHaveLength(10);
}, 90_000);

describe('keys that somebody else has taken', () => {
  const take = async (Key: string): Promise<unknown> =>
    await stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'stranger' }));
  const free = async (Key: string): Promise<unknown> =>
    await stack.clients.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));

  test('are retried while the run goes on, in open shards and in closed ones', async () => {
    const sown = await sowFew();
    for (const key of ['small/1', 'small/7', 'own']) await take(key);
    // The last shard stays open: its archive waits for its bytes.
    goWrong(ENDLESS);
    const run = await startRun(stack, 'retried', { tuning: { ...BOTH_WAYS, shardArchives: 4 } });
    await until(async () => (await progressOf(stack, 'retried')).archives.failed === 3);
    for (const key of ['small/1', 'small/7', 'own']) await free(key);
    await order(run, 'retryFailed');
    await until(async () => (await progressOf(stack, 'retried')).archives.verified === sown.length - 1);
    stack.sandbox.faults.clear();
    await order(run, 'pause');
    await order(run, 'resume');
    await expectAllMoved(run, sown);
    expect(await progressOf(stack, 'retried')).toMatchObject({ failures: {} });
  }, 120_000);

  test('are taken up when a run that is over is begun again, which counts the whole inventory', async () => {
    const sown = await sowFew();
    await take('small/1');
    expect(await runToEnd(stack, 'again', { tuning: BOTH_WAYS })).toMatchObject({ archives: { failed: 1 } });
    const [inventories, jobs] = [stack.count('GetJobOutput'), stack.count('InitiateJob')];
    await free('small/1');
    const run = await startRun(stack, 'again', { tuning: BOTH_WAYS });
    await expectAllMoved(run, sown);
    expect(stack.count('InitiateJob')).toBe(jobs + 1);
    expect(stack.count('GetJobOutput')).toBe(inventories + 1);
  }, 120_000);
});

test('a run whose root and shard were terminated is taken up under its name, from what is not verified', async () => {
  const sown = await sowFew();
  goWrong(ENDLESS);
  const first = await startRun(stack, 'lost', { tuning: { ...BOTH_WAYS, shardArchives: 4 } });
  await until(async () => (await progressOf(stack, 'lost')).archives.verified === sown.length - 1);
  await first.terminate();
  await stack.client.workflow.getHandle(shardWorkflowId('lost', 2)).terminate();
  await until(() => stack.count('AbortMultipartUpload') > 0);
  stack.sandbox.faults.clear();
  const jobs = stack.count('InitiateJob');
  await expectAllMoved(await startRun(stack, 'lost', { tuning: { ...BOTH_WAYS, shardArchives: 4 } }), sown);
  expect(stack.count('InitiateJob') - jobs).toBeLessThanOrEqual(2);
}, 120_000);

test('a run of another vault or prefix under the same name is refused', async () => {
  await sowFew();
  await runToEnd(stack, 'same');
  const other = await startRun(stack, 'same', { prefix: 'elsewhere/' });
  const error = await other.result().catch((reason: unknown) => reason);
  expect((error as WorkflowFailedError).cause).toMatchObject({ type: Failure.InvalidRequest });
}, 90_000);
