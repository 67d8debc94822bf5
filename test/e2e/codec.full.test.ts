import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Client } from '@temporalio/client';
import { archiveWorkflowId, shardWorkflowId } from '../../src/ids';
import { connectClient } from '../../src/temporal/connect';
import type { TransferSummary } from '../../src/wire/progress';
import { runCommand, startProcess, type WorkerProcess } from '../support/processes';
import { startRun } from '../support/run';
import { BUCKET, startStack, type Stack } from '../support/stack';
import { uploadArchives, type UploadedArchive } from '../support/vault';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const KEY = randomBytes(32).toString('base64');
/** What must not be seen in a history: parts of the names of vault, bucket and archives, and of the key. */
const CANARIES = ['photos', BUCKET, 'canary', KEY];

let stack: Stack;
let folder: string;
let keys: Readonly<Record<string, string>>;
let uploaded: readonly UploadedArchive[];
let worker: WorkerProcess;
let client: Client;

beforeAll(async () => {
  stack = await startStack({ workers: false });
  folder = await mkdtemp(join(tmpdir(), 'codec-'));
  await writeFile(join(folder, 'keys'), `k1 ${KEY}\n`, { mode: 0o600 });
  keys = { ...stack.environment, GLACIER_TRANSFER_PAYLOAD_KEYS: join(folder, 'keys'), XDG_CACHE_HOME: folder };
  uploaded = await uploadArchives(stack.clients, [
    ...Array.from({ length: 6 }, (_, number) => ({ description: `canary/${number}`, sizeBytes: 1 + number * 1_000 })),
    { description: 'canary/own', sizeBytes: 2 * MIB },
    { description: 'canary/parts', sizeBytes: 9 * MIB },
  ]);
  process.env['GLACIER_TRANSFER_PAYLOAD_KEYS'] = join(folder, 'keys');
  client = await connectClient();
  delete process.env['GLACIER_TRANSFER_PAYLOAD_KEYS'];
}, 60_000);
afterEach(async () => void (await worker.end('SIGKILL')));
afterAll(async () => {
  await client.connection.close();
  await stack.close();
  await rm(folder, { recursive: true });
});

const encrypted = (): Stack => ({ ...stack, client });

/** A history as the server has it, apart from the search attributes, which no codec reaches. */
async function rawHistory(workflowId: string): Promise<string> {
  const history = await stack.client.workflow.getHandle(workflowId).fetchHistory();
  const texts: string[] = [];
  const visit = (value: unknown, name: string): void => {
    if (name === 'searchAttributes') return;
    if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('latin1'));
    else if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(member, key);
    }
  };
  visit(history, '');
  return texts.join('\n');
}

async function expectSecret(...workflowIds: readonly string[]): Promise<void> {
  for (const workflowId of workflowIds) {
    const history = await rawHistory(workflowId);
    expect(history).toContain('binary/encrypted');
    for (const canary of CANARIES) expect([workflowId, history.includes(canary)]).toEqual([workflowId, false]);
  }
}

test('with payload keys no history contains a name in clear text, and the commands decrypt it', async () => {
  await stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'canary/0', Body: 'a stranger' }));
  worker = startProcess(['worker'], keys);
  const run = await startRun(encrypted(), 'secret', { tuning: { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB } });
  const summary = (await run.result()) as TransferSummary;
  expect(summary).toMatchObject({ archives: { total: uploaded.length, verified: uploaded.length - 1, failed: 1 } });
  const own = uploaded.slice(-2).map(({ archiveId }) => archiveWorkflowId('secret', archiveId));
  await expectSecret('secret', shardWorkflowId('secret', 0), ...own);

  const status = await runCommand(['status', 'secret', '--json'], keys);
  expect(status.stdout).toContain('"vault":"photos"');
  const list = await runCommand(['list', 'secret', '--state', 'failed', '--json'], keys);
  expect(list.stdout).toContain('"key":"canary/0"');
  const blind = await runCommand(['status', 'secret'], stack.environment);
  expect(blind.exitCode).toBe(7);
  expect(blind.stderr).toContain('Payloads are encrypted: set GLACIER_TRANSFER_PAYLOAD_KEYS');
}, 120_000);

test('the reason of a failed run is readable only with the key', async () => {
  worker = startProcess(['worker'], keys);
  const run = await startRun(encrypted(), 'failing', { bucket: 'canary-without-bucket' });
  await expect(run.result()).rejects.toThrow('Workflow execution failed');
  await expectSecret('failing');
  const status = await runCommand(['status', 'failing'], keys);
  expect(status.stdout).toContain('canary-without-bucket');
}, 60_000);

test('a run started without encryption continues when keys are added', async () => {
  worker = startProcess(['worker'], stack.environment);
  const requested = stack.count('InitiateJob');
  const run = await startRun(stack, 'switched', { prefix: 'second/' });
  await until(() => stack.count('InitiateJob') > requested + 1);
  await worker.end('SIGTERM');
  worker = startProcess(['worker'], keys);
  const summary = (await client.workflow.getHandle(run.workflowId).result()) as TransferSummary;
  expect(summary).toMatchObject({ state: 'completed', archives: { verified: uploaded.length } });
  const history = await rawHistory('switched');
  expect(history).toContain('photos');
  expect(history).toContain('binary/encrypted');
}, 120_000);

test('the codec endpoint decodes payloads of the server', async () => {
  worker = startProcess(['codec-server', '--port', '0'], keys);
  await until(() => worker.log().includes('Codec endpoint: '));
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(worker.log())?.[0] ?? '';
  const { events } = await stack.client.workflow.getHandle('secret').fetchHistory();
  const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const metadata = Object.fromEntries(
    Object.entries(payload?.metadata ?? {}).map(([name, value]) => [name, base64(value)]),
  );
  const reply = await fetch(`${url}/decode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://localhost:8233' },
    body: JSON.stringify({ payloads: [{ metadata, data: base64(payload?.data) }] }),
  });
  const { payloads } = (await reply.json()) as { payloads: { data: string }[] };
  expect(JSON.parse(Buffer.from(payloads[0]?.data ?? '', 'base64').toString())).toMatchObject({ bucket: BUCKET });
  expect(await worker.end('SIGTERM')).toBe(0);
}, 30_000);
