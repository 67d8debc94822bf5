import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { TransferSummary } from '../../src/wire/progress';
import { startDevServer, type DevServer } from '../../src/temporal/dev-server';
import { loadDevSettings } from '../../src/temporal/dev-settings';
import { findExecutable } from '../../src/temporal/temporal-cli-executable';
import { runCommand, startProcess, type WorkerProcess } from '../support/processes';
import { startRelay } from '../support/relay';
import { startRun } from '../support/run';
import { BUCKET, startStack, type Stack } from '../support/stack';
import { until } from '../support/until';
import { readObjects, uploadArchives, type UploadedArchive } from '../support/vault';

const MIB = 1024 * 1024;

let stack: Stack;
let uploaded: readonly UploadedArchive[];
const workers: WorkerProcess[] = [];

/** A vault with small archives and one of 13 parts. */
async function open(onPart: (stored: number) => void): Promise<void> {
  let stored = 0;
  stack = await startStack({
    workers: false,
    sandbox: {
      onCall: ({ operation, status }) => {
        if (operation === 'UploadPart' && status === 200) onPart(++stored);
      },
    },
  });
  uploaded = await uploadArchives(stack.clients, [
    ...Array.from({ length: 20 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number * 1_000 })),
    { description: 'large', sizeBytes: 100 * MIB + 5 },
  ]);
}
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
  await stack.close();
});

function startWorker(): WorkerProcess {
  const worker = startProcess(['worker'], stack.environment);
  workers.push(worker);
  return worker;
}

async function expectAllMovedOnce(): Promise<void> {
  const objects = await readObjects(stack.clients.s3);
  expect(objects.map(({ sha256 }) => sha256).toSorted()).toEqual(uploaded.map(({ sha256 }) => sha256).toSorted());
  const completed = stack.calls.filter(
    ({ operation, status, detail }) =>
      operation === 'CompleteMultipartUpload' && status === 200 && detail['error'] === undefined,
  );
  expect(completed).toHaveLength(1);
  const { Uploads = [] } = await stack.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect(Uploads).toEqual([]);
}

test('a worker frozen while parts are in flight, and woken after another one has finished the run, corrupts nothing', async () => {
  await open((stored) => {
    if (stored === 4) frozen.child.kill('SIGSTOP');
  });
  const frozen = startWorker();
  const run = await startRun(stack, 'frozen', { tuning: { ownWorkflowUpTo: 0 } });
  await until(() => stack.count('UploadPart') >= 4);
  startWorker();
  expect((await run.result()) as TransferSummary).toMatchObject({ archives: { total: 21, verified: 21 } });
  const calls = stack.calls.length;
  frozen.child.kill('SIGCONT');
  // It continues its work and finds that the upload no longer exists.
  await until(() => stack.calls.length > calls);
  expect(await frozen.end('SIGTERM')).toBe(0);
  await expectAllMovedOnce();
}, 150_000);

test('refused connections to AWS appear in status and in the log within a minute, until AWS answers again', async () => {
  await open(() => undefined);
  const relay = await startRelay(stack.sandbox.endpoint);
  const worker = startProcess(['worker'], { ...stack.environment, AWS_ENDPOINT_URL: relay.endpoint });
  workers.push(worker);
  const status = async (...more: string[]): Promise<string> =>
    (await runCommand(['status', 'unreached', ...more], stack.environment)).stdout;
  const outage = async (): Promise<unknown> =>
    (JSON.parse(await status('--json')) as { readonly outage: unknown }).outage;

  const run = await startRun(stack, 'unreached', { tuning: { ownWorkflowUpTo: 0 } });
  await until(() => stack.count('UploadPart') >= 2);
  await relay.shut();
  await until(async () => (await outage()) !== null);
  expect(await outage()).toEqual({
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    message: expect.stringMatching(/^connection (refused|reset).* \(Amazon .*\)$/),
  });
  expect(await status()).toMatch(/^AWS has not answered since \d\d:\d\d UTC: connection /);
  const failed = worker
    .log()
    .split('\n')
    .filter((line) => line.includes('"msg":"Activity failed"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(failed).toContainEqual(
    expect.objectContaining({
      run: 'unreached',
      error: expect.objectContaining({
        type: 'Unavailable',
        cause: expect.objectContaining({ code: 'ECONNREFUSED', syscall: 'connect' }),
      }),
    }),
  );

  await relay.open();
  expect((await run.result()) as TransferSummary).toMatchObject({ archives: { total: 21, verified: 21 } });
  expect(await outage()).toBeNull();
  await expectAllMovedOnce();
  await worker.end('SIGTERM');
  await relay.shut();
}, 200_000);

describe('with a separate Temporal server', () => {
  const address = process.env['TEMPORAL_ADDRESS'];
  let folder: string;
  let server: DevServer;
  let port: number;

  const startServer = async (): Promise<DevServer> =>
    await startDevServer({
      executable: await findExecutable(() => undefined),
      settings: loadDevSettings(),
      port,
      databaseFile: join(folder, 'temporal.db'),
      headless: true,
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outages-'));
    port = 0;
    server = await startServer();
    port = Number(server.address.split(':')[1]);
    process.env['TEMPORAL_ADDRESS'] = server.address;
  }, 60_000);
  afterEach(async () => {
    process.env['TEMPORAL_ADDRESS'] = address;
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('after Temporal is stopped while parts are in flight and started again, the run continues automatically', async () => {
    const down: Promise<void>[] = [];
    await open((stored) => {
      if (stored === 4) down.push(server.stop());
    });
    const worker = startWorker();
    const run = await startRun(stack, 'restarted', { tuning: { ownWorkflowUpTo: 0 } });
    await until(() => down.length > 0);
    await Promise.all(down);
    server = await startServer();
    await until(async () => {
      const description = await run.describe().catch(() => null);
      return description?.status.name === 'COMPLETED';
    });
    expect((await run.result()) as TransferSummary).toMatchObject({ archives: { total: 21, verified: 21 } });
    expect(worker.child.exitCode).toBeNull();
    await expectAllMovedOnce();
  }, 150_000);
});
