import { DeleteObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { WorkflowFailedError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { Failure } from '../../src/failures';
import { shardWorkflowId, Updates } from '../../src/ids';
import type { CallRecord, FaultScript } from 'glacier-sandbox';
import type { RunProgress, RunState, TransferSummary } from '../../src/wire/progress';
import type { TransferTuning } from '../../src/wire/request';
import { progressOf, startRun } from '../support/run';
import { BUCKET, startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { readObjects, readReceipts, uploadArchives, type UploadedArchive } from '../support/vault';

const MIB = 1024 * 1024;
/** Small archives are moved at once; the archive in parts takes some seconds. */
const SLOW = { fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: 4 * MIB } as const;
/** The archive in parts takes longer than any test waits. */
const ENDLESS = { ...SLOW, bytesPerSecond: MIB / 8 } as const;
const BATCHES_AND_OWN = { ownWorkflowUpTo: 0, largeArchiveBytes: MIB };
const PARTS = 3;

let stack: Stack;
let uploaded: readonly UploadedArchive[];
let callsBefore: number;

beforeAll(async () => {
  stack = await startStack();
  uploaded = await uploadArchives(stack.clients, [
    ...Array.from({ length: 8 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1_000 + number })),
    { description: 'own', sizeBytes: MIB },
    { description: 'parts', sizeBytes: 17 * MIB },
  ]);
}, 60_000);
beforeEach(() => (callsBefore = stack.calls.length));
afterEach(() => stack.sandbox.faults.clear());
afterAll(() => stack.close());

/** Starts a run over the whole vault, into a folder of its own. */
const start = async (run: string, tuning: TransferTuning = {}): Promise<WorkflowHandle> =>
  await startRun(stack, run, { prefix: `${run}/`, tuning: { ...BATCHES_AND_OWN, ...tuning } });
/** The calls of this test. */
const calls = (operation: string): readonly CallRecord[] =>
  stack.calls.slice(callsBefore).filter((call) => call.operation === operation);
const count = (operation: string): number => calls(operation).length;
const update = async (run: WorkflowHandle, name: keyof typeof Updates): Promise<RunProgress> =>
  await run.executeUpdate<RunProgress, []>(name);
const reaches = async (run: string, state: RunState): Promise<void> =>
  await until(async () => (await progressOf(stack, run)).state === state);
const inject = (...rules: FaultScript['rules']): void => stack.sandbox.faults.add({ rules });

async function openUploads(run: string): Promise<unknown[]> {
  const list = new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: `${run}/` });
  return (await stack.clients.s3.send(list)).Uploads ?? [];
}

async function expectAllMoved(run: WorkflowHandle): Promise<void> {
  const summary = (await run.result()) as TransferSummary;
  const total = uploaded.length;
  expect(summary).toMatchObject({ state: 'completed', archives: { total, verified: total } });
  const stored = (await readObjects(stack.clients.s3, `${run.workflowId}/`)).map(({ sha256 }) => sha256);
  expect(stored.toSorted()).toEqual(uploaded.map(({ sha256 }) => sha256).toSorted());
  expect(await openUploads(run.workflowId)).toEqual([]);
}

test('a run paused while parts are in flight stops, and after resume uploads no part twice', async () => {
  // Slow enough to be paused between two parts.
  inject(SLOW);
  const run = await start('paused');
  await until(() => count('UploadPart') > 0);
  expect(await update(run, 'pause')).toMatchObject({ state: 'paused' });
  await expect(update(run, 'pause')).rejects.toThrow(WorkflowUpdateFailedError);
  stack.sandbox.faults.clear();
  await update(run, 'resume');
  await expectAllMoved(run);
  const numbers = calls('UploadPart')
    .filter(({ status }) => status === 200)
    .map(({ detail }) => Number(detail['partNumber']));
  expect(numbers.toSorted((left, right) => left - right)).toEqual(Array.from({ length: PARTS }, (_, part) => part + 1));
}, 90_000);

test('a run paused right after its start initiates no job until it is resumed', async () => {
  const run = await start('early');
  await update(run, 'pause');
  await reaches('early', 'paused');
  const initiated = count('InitiateJob');
  await update(run, 'resume');
  await expectAllMoved(run);
  expect(initiated).toBeLessThanOrEqual(1);
}, 90_000);

test('a missing permission stops the run with an explanation, fails no archive, and is retried until it is granted', async () => {
  const message = 'User: arn:aws:iam::111122223333:user/copier is not authorized to perform: s3:PutObject';
  const run = await start('denied');
  await reaches('denied', 'transferring');
  inject({ fault: 'error', on: ['s3:PutObject', 's3:UploadPart'], code: 'AccessDenied', message });
  await reaches('denied', 'attention');
  const { problem, archives, detail } = await progressOf(stack, 'denied');
  expect(problem?.reason).toBe(Failure.AccessDenied);
  expect(problem?.message).toContain('s3:PutObject');
  expect(detail).toBe(problem?.message);
  expect(archives.failed).toBe(0);
  // The run retries automatically, and is denied again.
  const denied = (): number =>
    stack.calls.slice(callsBefore).filter(({ detail: { fault } }) => fault === 'error').length;
  const before = denied();
  await until(() => denied() > before);
  stack.sandbox.faults.clear();
  await expectAllMoved(run);
}, 120_000);

test('a run cancelled with an update ends as cancelled in Temporal and leaves no upload open', async () => {
  inject(SLOW);
  const run = await start('cancelled');
  await until(() => count('CreateMultipartUpload') > 0);
  expect(await update(run, 'cancel')).toMatchObject({ state: 'cancelling' });
  const error = await run.result().catch((reason: unknown) => reason);
  expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
  expect((await progressOf(stack, 'cancelled')).state).toBe('cancelled');
  expect(await openUploads('cancelled')).toEqual([]);
  expect(await readReceipts(stack.clients.s3, 'cancelled')).toHaveLength(uploaded.length);
}, 90_000);

describe('archives whose keys are taken by foreign objects', () => {
  const take = async (Key: string): Promise<unknown> =>
    await stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'foreign' }));
  const free = async (Key: string): Promise<unknown> =>
    await stack.clients.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));

  test('are retried with an update while the run is open, in open and in closed shards', async () => {
    const keys = ['retried/small/1', 'retried/small/7', 'retried/own'];
    for (const key of keys) await take(key);
    // The last shard stays open: its archive waits for its bytes.
    inject(ENDLESS);
    const run = await start('retried', { shardArchives: 4 });
    await until(async () => (await progressOf(stack, 'retried')).archives.failed === 3);
    for (const key of keys) await free(key);
    await update(run, 'retryFailed');
    await until(async () => (await progressOf(stack, 'retried')).archives.verified === uploaded.length - 1);
    stack.sandbox.faults.clear();
    await update(run, 'pause');
    await update(run, 'resume');
    await expectAllMoved(run);
    expect(await progressOf(stack, 'retried')).toMatchObject({ failures: {} });
  }, 120_000);

  test('are resumed when a run that has ended is started again, which counts the whole inventory', async () => {
    await take('again/small/1');
    await expect((await start('again')).result()).resolves.toMatchObject({ archives: { failed: 1 } });
    const [outputs, jobs] = [count('GetJobOutput'), count('InitiateJob')];
    await free('again/small/1');
    await expectAllMoved(await start('again'));
    expect(count('InitiateJob')).toBe(jobs + 1);
    expect(count('GetJobOutput')).toBe(outputs + 1);
  }, 120_000);
});

test('a run whose root and shard were terminated is resumed under its name, with what is not verified', async () => {
  inject(ENDLESS);
  const first = await start('lost', { shardArchives: 4 });
  await until(async () => (await progressOf(stack, 'lost')).archives.verified === uploaded.length - 1);
  await first.terminate();
  await stack.client.workflow.getHandle(shardWorkflowId('lost', 2)).terminate();
  await until(() => count('AbortMultipartUpload') > 0);
  stack.sandbox.faults.clear();
  const jobs = count('InitiateJob');
  await expectAllMoved(await start('lost', { shardArchives: 4 }));
  expect(count('InitiateJob') - jobs).toBeLessThanOrEqual(2);
}, 120_000);

test('a run with the name of an earlier one and another prefix is rejected', async () => {
  await (await start('same')).result();
  const other = await startRun(stack, 'same', { prefix: 'elsewhere/' });
  const error = await other.result().catch((reason: unknown) => reason);
  expect((error as WorkflowFailedError).cause).toMatchObject({ type: Failure.InvalidRequest });
}, 90_000);

// Last: the workers keep the reduced request rate.
test('while Glacier throttles, the run reports its reduced request rate and fails no archive', async () => {
  // The first job may be the inventory.
  inject({ fault: 'error', on: 'glacier:InitiateJob', code: 'ThrottlingException', at: [2, 3, 4, 5, 6, 7] }, SLOW);
  const run = await start('throttled');
  await until(async () => (await progressOf(stack, 'throttled')).throttle !== null);
  const { throttle, state, archives } = await progressOf(stack, 'throttled');
  expect(throttle?.requestsPerSecond).toBeLessThan(100);
  expect(state).toBe('transferring');
  expect(archives.failed).toBe(0);
  stack.sandbox.faults.clear();
  await update(run, 'pause');
  await update(run, 'resume');
  await expectAllMoved(run);
}, 120_000);
