import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TransferSummary } from '../../src/wire/progress';
import { startRun } from '../support/run';
import { startStack, type Stack } from '../support/stack';
import { readBack, readReceipts, sowAll, type Sown } from '../support/vault';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const MAIN = join(__dirname, '../../dist/src/cli/main.js');

let stack: Stack;
let sown: readonly Sown[];
let worker: ChildProcess;

beforeAll(async () => {
  stack = await startStack({ workers: false });
  sown = await sowAll(stack.clients, [
    ...Array.from({ length: 30 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number * 1_000 })),
    { description: 'large', sizeBytes: 230 * MIB + 5 },
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

const storedParts = (): readonly number[] =>
  stack.calls
    .filter(({ operation, status }) => operation === 'UploadPart' && status === 200)
    .map(({ detail }) => Number(detail['partNumber']));

test('a worker killed while parts fly: another one ends the run, and sends no part again that S3 has', async () => {
  worker = startWorker();
  const run = await startRun(stack, 'killed', { tuning: { ownWorkflowUpTo: 0 } });
  await until(() => storedParts().length >= 4);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const before = storedParts();
  expect(before.length).toBeLessThan(15);

  worker = startWorker();
  const summary = (await run.result()) as TransferSummary;
  expect(summary).toMatchObject({ state: 'completed', archives: { total: sown.length, verified: sown.length } });
  expect(storedParts().toSorted((left, right) => left - right)).toEqual(
    Array.from({ length: 15 }, (_, part) => part + 1),
  );
  expect(stack.calls.filter(({ operation }) => operation === 'CreateMultipartUpload')).toHaveLength(1);

  const objects = await readBack(stack.clients.s3);
  expect(objects.map(({ sha256 }) => sha256).toSorted()).toEqual(sown.map(({ sha256 }) => sha256).toSorted());
  expect(await readReceipts(stack.clients.s3, 'killed')).toHaveLength(sown.length);
}, 120_000);
