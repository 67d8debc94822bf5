import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { WorkflowFailedError } from '@temporalio/client';
import { policyFor } from '../../src/doctor/policy';
import { progressOf, runToEnd, startRun } from '../support/run';
import { BUCKET, REGION, startStack, VAULT, type Stack } from '../support/stack';
import { readObjects, readReceipts, uploadArchive, uploadArchives, type UploadedArchive } from '../support/vault';

const MIB = 1024 * 1024;
const MAIN = join(__dirname, '../../dist/cli/main.js');
const PREFIX = 'moved/';
const COPIER = { accessKeyId: 'COPIER', secretAccessKey: 'copier secret' };

let folder: string;
let stack: Stack;
let worker: ChildProcess;
let uploaded: readonly UploadedArchive[];
/** Called for each part that S3 has stored. */
let onPart: () => void = () => undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'permissions-'));
  const place = { partition: 'aws', region: REGION, accountId: '111122223333' };
  const policy = policyFor('copier', { ...place, vault: VAULT, bucket: BUCKET, prefix: PREFIX, keyArn: null });
  const owner = { accessKeyId: 'test', secretAccessKey: 'test' };
  const credentialsFile = join(folder, 'keys.json');
  writeFileSync(credentialsFile, JSON.stringify({ keys: [owner, { ...COPIER, policy }] }));
  stack = await startStack({
    workers: false,
    sandbox: {
      credentialsFile,
      onCall: ({ operation, status }) => {
        if (operation === 'UploadPart' && status === 200) onPart();
      },
    },
  });
  uploaded = await uploadArchives(stack.clients, [
    ...Array.from({ length: 20 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number * 1_000 })),
    { description: 'in parts', sizeBytes: 17 * MIB + 5 },
  ]);
  worker = spawn(process.execPath, [MAIN, 'worker'], { env: asCopier(), stdio: ['ignore', 'ignore', 'inherit'] });
}, 60_000);
afterAll(async () => {
  worker.kill('SIGKILL');
  await stack.close();
  rmSync(folder, { recursive: true });
});

const asCopier = () => ({
  ...process.env,
  ...stack.environment,
  AWS_ACCESS_KEY_ID: COPIER.accessKeyId,
  AWS_SECRET_ACCESS_KEY: COPIER.secretAccessKey,
});
const denied = () => stack.calls.filter(({ status }) => status === 403).map(({ operation }) => operation);

test('the copier policy suffices to move archives in batches and in parts', async () => {
  const summary = await runToEnd(stack, 'first', { prefix: PREFIX, tuning: { ownWorkflowUpTo: 0 } });
  expect(summary).toMatchObject({
    state: 'completed',
    archives: { total: uploaded.length, verified: uploaded.length },
  });
  const objects = await readObjects(stack.clients.s3);
  expect(objects.map(({ sha256 }) => sha256).toSorted()).toEqual(uploaded.map(({ sha256 }) => sha256).toSorted());
  expect(denied()).toEqual([]);
}, 120_000);

test('the copier policy suffices to adopt objects of another run, with a workflow per archive', async () => {
  const summary = await runToEnd(stack, 'second', { prefix: PREFIX });
  expect(summary).toMatchObject({ state: 'completed', archives: { verified: uploaded.length } });
  const receipts = await readReceipts(stack.clients.s3, 'second');
  expect(receipts.every(({ stored }) => stored?.adopted === true)).toBe(true);
  expect(denied()).toEqual([]);
}, 120_000);

test('doctor reports no problem under the copier policy while the workers run', async () => {
  const args = [MAIN, 'doctor', VAULT, '--to', `s3://${BUCKET}/${PREFIX}`, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: asCopier() });
  const checks = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(checks.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(new Set(checks.map(({ area }) => area))).toEqual(
    new Set(['credentials', 'vault', 'bucket', 'messaging', 'temporal']),
  );
}, 60_000);

test('the copier policy suffices to abort the upload of a run cancelled while parts are in flight', async () => {
  await uploadArchive(stack.clients, 'cancelled', 48 * MIB);
  // At full speed the last part would be stored before the cancellation arrives.
  stack.sandbox.faults.add({ rules: [{ fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: 16 * MIB }] });
  const firstPart = new Promise<void>((resolve) => (onPart = resolve));
  const run = await startRun(stack, 'third', { prefix: PREFIX });
  await firstPart;
  await run.cancel();
  await expect(run.result()).rejects.toBeInstanceOf(WorkflowFailedError);
  expect(await progressOf(stack, 'third')).toMatchObject({ state: 'cancelled', archives: { skipped: 1 } });
  const { Uploads } = await stack.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect(Uploads ?? []).toEqual([]);
  expect(denied()).toEqual([]);
}, 120_000);
