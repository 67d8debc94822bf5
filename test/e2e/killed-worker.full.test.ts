import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { CallRecord } from 'glacier-sandbox';
import type { TransferSummary } from '../../src/wire/progress';
import { startRun } from '../support/run';
import { startStack, type Stack } from '../support/stack';
import { readObjects, readReceipts, uploadArchives, type UploadedArchive } from '../support/vault';

const MIB = 1024 * 1024;
const PARTS = 6;
const SLOW = { fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: 16 * MIB } as const;
const MAIN = join(__dirname, '../../dist/cli/main.js');

let stack: Stack;
let uploaded: readonly UploadedArchive[];
let worker: ChildProcess;
/** Numbers of the parts that S3 has taken, in order of time. */
const storedParts: number[] = [];

/** Kills the worker in the call of the third part: polling would find the whole archive moved. */
function killAtThirdPart({ operation, status, detail }: CallRecord): void {
  if (operation !== 'UploadPart' || status !== 200) return;
  storedParts.push(Number(detail['partNumber']));
  if (storedParts.length === 3) worker.kill('SIGKILL');
}

beforeAll(async () => {
  stack = await startStack({ workers: false, sandbox: { onCall: killAtThirdPart, faults: { rules: [SLOW] } } });
  uploaded = await uploadArchives(stack.clients, [
    ...Array.from({ length: 30 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number * 1_000 })),
    { description: 'large', sizeBytes: 40 * MIB + 5 },
  ]);
}, 60_000);
afterAll(async () => {
  worker.kill('SIGKILL');
  await stack.close();
});

function startWorker(): ChildProcess {
  return spawn(process.execPath, [MAIN, 'worker'], {
    env: { ...process.env, ...stack.environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

test('a worker is killed while parts are in flight: another one finishes the run and uploads no stored part again', async () => {
  worker = startWorker();
  const run = await startRun(stack, 'killed', { tuning: { ownWorkflowUpTo: 0 } });
  await once(worker, 'exit');
  expect(storedParts.length).toBeLessThan(PARTS);

  worker = startWorker();
  const summary = (await run.result()) as TransferSummary;
  expect(summary).toMatchObject({
    state: 'completed',
    archives: { total: uploaded.length, verified: uploaded.length },
  });
  expect(storedParts.toSorted((left, right) => left - right)).toEqual(
    Array.from({ length: PARTS }, (_, part) => part + 1),
  );
  expect(stack.calls.filter(({ operation }) => operation === 'CreateMultipartUpload')).toHaveLength(1);

  const objects = await readObjects(stack.clients.s3);
  expect(objects.map(({ sha256 }) => sha256).toSorted()).toEqual(uploaded.map(({ sha256 }) => sha256).toSorted());
  expect(await readReceipts(stack.clients.s3, 'killed')).toHaveLength(uploaded.length);
}, 120_000);
