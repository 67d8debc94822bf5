import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { archiveWorkflowId, DEPLOYMENT_NAME, shardWorkflowId } from '../../src/ids';
import { findExecutable } from '../../src/temporal/temporal-cli-executable';
import type { TransferSummary } from '../../src/wire/progress';
import type { TransferTuning } from '../../src/wire/request';
import { startProcess, type WorkerProcess } from '../support/processes';
import { startRun } from '../support/run';
import { startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { readObjects, uploadArchives, type UploadedArchive } from '../support/vault';

const MIB = 1024 * 1024;
const HALF_HOUR_MS = 1_800_000;
/** Batches below 2 MiB and a workflow each above, or a workflow each. */
const BOTH_WAYS = { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB };
const OWN = { ownWorkflowUpTo: 2_000 };

let stack: Stack;
let uploaded: readonly UploadedArchive[];
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  stack = await startStack({ workers: false, sandbox: { delaysMs: { bulk: HALF_HOUR_MS, inventory: 50 } } });
  uploaded = await uploadArchives(stack.clients, [
    ...Array.from({ length: 6 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number })),
    { description: 'own', sizeBytes: 2 * MIB },
    { description: 'parts', sizeBytes: 9 * MIB },
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  await stack.close();
});

function startVersion(buildId: string): WorkerProcess {
  const worker = startProcess(['worker', '--build-id', buildId], stack.environment);
  workers.push(worker);
  return worker;
}

/** As the documentation tells people to. The version is there when its first worker has polled all its queues. */
async function makeCurrent(buildId: string): Promise<void> {
  const executable = await findExecutable(() => undefined);
  const args = ['worker', 'deployment', 'set-current-version', '--yes', '--deployment-name', DEPLOYMENT_NAME];
  const env = { ...process.env, ...stack.environment };
  const set = async (): Promise<void> =>
    void (await promisify(execFile)(executable, [...args, '--build-id', buildId], { env }));
  await until(() =>
    set().then(
      () => true,
      () => false,
    ),
  );
}

/** Build ids of the workers that completed a workflow's tasks, in order, without repetitions. */
async function versionsOf(workflowId: string): Promise<readonly string[]> {
  const { events } = await stack.client.workflow.getHandle(workflowId).fetchHistory();
  const ids = (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: task }) =>
    task ? [task.deploymentVersion?.buildId ?? 'none'] : [],
  );
  return ids.filter((id, position) => id !== ids[position - 1]);
}

/** Processes in which the activities of a workflow began. */
async function processesOf(workflowId: string): Promise<ReadonlySet<string>> {
  const { events } = await stack.client.workflow.getHandle(workflowId).fetchHistory();
  const identities = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: task }) => task?.identity ?? []);
  return new Set(identities.map((identity) => identity.split('@')[0] ?? ''));
}

/** Jobs for archives that Glacier has begun. */
const archiveJobs = (): number =>
  stack.calls.filter(({ operation, detail }) => operation === 'InitiateJob' && 'archive' in detail).length;

/** Jobs initiated by then complete half an hour later. */
async function startAndRequest(run: string, tuning: TransferTuning) {
  const before = archiveJobs();
  const handle = await startRun(stack, run, { prefix: `${run}/`, tuning });
  await until(() => archiveJobs() === before + uploaded.length);
  return handle;
}

async function expectAllVerified(run: WorkflowHandle): Promise<void> {
  const summary = (await run.result()) as TransferSummary;
  expect(summary).toMatchObject({
    state: 'completed',
    archives: { total: uploaded.length, verified: uploaded.length },
  });
  const keys = (await readObjects(stack.clients.s3)).map(({ key }) => key);
  expect(keys.filter((key) => key.startsWith(`${run.workflowId}/`))).toHaveLength(uploaded.length);
}

test('runs started without versioning continue under the first version', async () => {
  const plain = startProcess(['worker'], stack.environment);
  workers.push(plain);
  const run = await startAndRequest('plain', OWN);
  startVersion('v1');
  await makeCurrent('v1');
  expect(await plain.end('SIGTERM')).toBe(0);
  stack.sandbox.clock.advance(HALF_HOUR_MS);
  await expectAllVerified(run);
  for (const { archiveId } of uploaded) {
    expect(await versionsOf(archiveWorkflowId('plain', archiveId))).toEqual(['none', 'v1']);
  }
}, 240_000);

test('with two versions in parallel, archives finish under the version they started with, and everything else continues under the new one', async () => {
  const [first] = workers.slice(-1);
  const before = await startAndRequest('before', BOTH_WAYS);
  const second = startVersion('v2');
  await makeCurrent('v2');
  const after = await startAndRequest('after', OWN);
  stack.sandbox.clock.advance(HALF_HOUR_MS);
  await expectAllVerified(before);
  await expectAllVerified(after);

  expect(await versionsOf('before')).toEqual(['v1', 'v2']);
  expect(await versionsOf(shardWorkflowId('before', 0))).toEqual(['v1', 'v2']);
  expect(await versionsOf('after')).toEqual(['v2']);
  for (const { archiveId } of uploaded.slice(-2)) {
    const [begun, fresh] = [archiveWorkflowId('before', archiveId), archiveWorkflowId('after', archiveId)];
    expect(await versionsOf(begun)).toEqual(['v1']);
    expect(await processesOf(begun)).toEqual(new Set([String(first?.child.pid)]));
    expect(await versionsOf(fresh)).toEqual(['v2']);
    expect(await processesOf(fresh)).toEqual(new Set([String(second.child.pid)]));
  }
}, 240_000);

test('a rollback makes the old version current again, and runs continue under it', async () => {
  const run = await startAndRequest('back', OWN);
  await makeCurrent('v1');
  stack.sandbox.clock.advance(HALF_HOUR_MS);
  await expectAllVerified(run);
  expect(await versionsOf('back')).toEqual(['v2', 'v1']);
  for (const { archiveId } of uploaded) expect(await versionsOf(archiveWorkflowId('back', archiveId))).toEqual(['v2']);
}, 240_000);
