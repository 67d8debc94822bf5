import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveWorkflowId } from '../../src/ids';
import type { SandboxOptions } from 'glacier-sandbox';
import type { TransferSummary } from '../../src/wire/progress';
import { startProcess, type WorkerProcess } from '../support/processes';
import { startRun } from '../support/run';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { readObjects, readReceipts, uploadArchives, type UploadedArchive } from '../support/vault';

const MIB = 1024 * 1024;
const RESTARTS = 4;

let stack: Stack;
let worker: WorkerProcess;
let uploaded: readonly UploadedArchive[];

async function open(bytesPerSecond: number, sizes: readonly number[]): Promise<void> {
  const faults: SandboxOptions['faults'] = {
    rules: [{ fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond }],
  };
  stack = await startStack({ workers: false, sandbox: { faults } });
  const wanted = sizes.map((sizeBytes, number) => ({ description: `archive/${number}`, sizeBytes }));
  uploaded = await uploadArchives(stack.clients, wanted);
  worker = startProcess(['worker'], stack.environment);
}
afterEach(async () => {
  await worker.end('SIGKILL');
  await stack.close();
});

test('four worker restarts with SIGTERM while 60 archives are moved: started work is finished, and nothing is downloaded twice', async () => {
  await open(2 * MIB, [...Array.from({ length: 58 }, (_, number) => MIB + number), 7 * MIB, 8 * MIB]);
  const run = await startRun(stack, 'restarts');
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    const stored = stack.count('PutObject');
    await until(() => stack.count('PutObject') > stored + 8);
    expect(await worker.end('SIGTERM')).toBe(0);
    expect(worker.log()).toContain('ending what has been begun');
    worker = startProcess(['worker'], stack.environment);
  }
  const summary = (await run.result()) as TransferSummary;
  expect(summary).toMatchObject({ state: 'completed', archives: { total: 60, verified: 60, failed: 0 } });
  expect(stack.count('InitiateJob')).toBe(61);
  expect(stack.count('GetJobOutput')).toBe(61);
  const objects = await readObjects(stack.clients.s3);
  expect(objects.map(({ sha256 }) => sha256).toSorted()).toEqual(uploaded.map(({ sha256 }) => sha256).toSorted());
  expect(await readReceipts(stack.clients.s3, 'restarts')).toHaveLength(60);
}, 240_000);

test('a second SIGTERM ends a worker immediately', async () => {
  await open(64 * 1024, [3 * MIB]);
  const run = await startRun(stack, 'hurried');
  const moving = stack.client.workflow.getHandle(archiveWorkflowId('hurried', uploaded[0]?.archiveId ?? ''));
  await until(async () => {
    const description = await moving.describe().catch(() => null);
    const names = (description?.raw.pendingActivities ?? []).filter(({ lastStartedTime }) => lastStartedTime);
    return names.some(({ activityType }) => activityType?.name === 'moveWhole');
  });
  worker.child.kill('SIGTERM');
  await until(() => worker.log().includes('ending what has been begun'));
  expect(await worker.end('SIGTERM')).toBe(130);
  await run.terminate();
}, 60_000);

test.each([
  ['an exception', "setTimeout(() => { throw new Error('boom'); }, 0)"],
  ['an unhandled promise rejection', "void Promise.reject(new Error('boom'))"],
])(
  '%s ends a worker with exit code 1, and its log explains why',
  async (_name, defect) => {
    await open(64 * MIB, [1]);
    await worker.end('SIGKILL');
    const folder = await mkdtemp(join(tmpdir(), 'defect-'));
    const file = join(folder, 'defect.js');
    // Triggered with a signal once the worker is running.
    await writeFile(file, `process.once('SIGUSR2', () => { ${defect}; });`);
    worker = startProcess(['worker'], { ...stack.environment, NODE_OPTIONS: `--require ${file}` });
    await until(() => worker.log().includes('"working"'));
    expect(await worker.end('SIGUSR2')).toBe(1);
    expect(worker.log()).toMatch(/"level":60.*boom.*a defect of this program/);
    await rm(folder, { recursive: true });
  },
  60_000,
);
