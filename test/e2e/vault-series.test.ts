import { CreateVaultCommand, UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { createClients } from '../../src/aws/clients';
import { ExitCode } from '../../cli/exit-codes';
import { runCli } from '../../cli/program';
import { testCli } from '../../cli/testing';
import { connectClient } from '../../src/temporal/connect';
import { progressOf } from '../support/run';
import { BUCKET, startStack, VAULT, type Stack } from '../support/stack';
import { until } from '../support/until';
import { bytesOf, readObjects, sha256 } from '../support/vault';

const MIB = 1024 * 1024;
const FILMS = 'films';

let stack: Stack;
/** SHA-256 of what was uploaded, by the key that it must have. */
const uploaded = new Map<string, string>();

async function sow(vaultName: string, archiveDescription: string, sizeBytes: number): Promise<void> {
  const body = bytesOf(`${vaultName} ${archiveDescription}`, sizeBytes);
  await stack.clients.glacier.send(new UploadArchiveCommand({ accountId: '-', vaultName, archiveDescription, body }));
  uploaded.set(`all/${vaultName}/${archiveDescription}`, sha256(body));
}

beforeAll(async () => {
  stack = await startStack();
  for (const vaultName of [FILMS, 'bare']) {
    await stack.clients.glacier.send(new CreateVaultCommand({ accountId: '-', vaultName }));
  }
  await sow(VAULT, 'same/name', 1_000);
  await sow(VAULT, 'other', MIB + 1);
  await sow(FILMS, 'same/name', 2_000);
}, 60_000);
afterAll(async () => await stack.close());

/** `glacier-transfer …` as a process of its own would run it. */
async function command(...args: string[]): Promise<{ readonly exitCode: number; readonly said: string }> {
  const { context, stdout, stderr } = testCli();
  const exitCode = await runCli({ ...context, connect: () => connectClient(), aws: createClients }, args);
  return { exitCode, said: stdout.text + stderr.text };
}
const START = ['start', '--all-vaults', '--to', `s3://${BUCKET}/all`, '--run', 'all', '--storage-class', 'STANDARD'];

test('all vaults are moved in parallel, each into its folder by its own run', async () => {
  const started = await command(...START, '--parallel', '--wait');
  expect(started).toMatchObject({ exitCode: ExitCode.Ok });
  expect(started.said).toMatch(/^films +all-films +s3:\/\/destination\/all\/films\/ +1 /m);
  expect(started.said).toMatch(/^Excluded because .*: bare\./m);
  expect(started.said).toContain('all is complete: 3 of 3 archives');

  const objects = await readObjects(stack.clients.s3);
  expect(new Map(objects.map(({ key, sha256 }) => [key, sha256]))).toEqual(uploaded);

  const status = await command('status', 'all', '--json');
  expect(JSON.parse(status.said)).toMatchObject({
    message_type: 'series',
    state: 'completed',
    archives: { total: 3, verified: 3 },
    vaults: [
      { vault: FILMS, run: 'all-films', state: 'completed', archives: { verified: 1 } },
      { vault: VAULT, run: 'all-photos', state: 'completed', archives: { verified: 2 } },
    ],
  });
  expect(await progressOf(stack, 'all-films')).toMatchObject({ state: 'completed', vault: FILMS });
  expect(await command('verify', 'all-photos', '--read-data-subset', 'all')).toMatchObject({ exitCode: ExitCode.Ok });
  expect(await command('list', 'all')).toMatchObject({
    exitCode: ExitCode.Usage,
    said: expect.stringContaining('all-films, all-photos') as string,
  });

  const found: string[] = [];
  const query = `GlacierRun = 'all' AND TransferState = 'completed'`;
  for await (const { workflowId } of stack.client.workflow.list({ query })) found.push(workflowId);
  expect(found).toEqual(['all']);
}, 120_000);

test('a second start of a series attaches to it, and one with other settings is rejected', async () => {
  const again = await command(...START, '--parallel', '--json');
  expect(again.exitCode).toBe(ExitCode.Ok);
  expect(JSON.parse(again.said)).toMatchObject({ message_type: 'series_started', attached: true });
  expect(await command(...START)).toMatchObject({
    exitCode: ExitCode.Usage,
    said: expect.stringContaining('order ("parallel" there') as string,
  });
}, 60_000);

test('pausing, resuming and cancelling a series applies to its runs', async () => {
  // The inventory that was ordered before lists too little now: another one is ordered.
  await sow(VAULT, 'new', 10);
  stack.sandbox.faults.add({ rules: [{ fault: 'notification-lost' }] });
  const started = await command('start', VAULT, FILMS, '--to', `s3://${BUCKET}/later`, '--run', 'later');
  expect(started).toMatchObject({ exitCode: ExitCode.Ok });
  // Its inventory is done, but nobody says so, and the run asks only later.
  await until(async () => await isOpen('later-photos'));
  await until(async () => (await progressOf(stack, 'later-photos')).detail.includes('inventory job'));

  expect(await command('pause', 'later')).toMatchObject({ exitCode: ExitCode.Ok });
  expect(await progressOf(stack, 'later-photos')).toMatchObject({ state: 'paused' });
  expect((await command('status', 'later')).said).toMatch(/^photos +later-photos +paused /m);
  expect(await command('resume', 'later')).toMatchObject({ exitCode: ExitCode.Ok });
  expect(await progressOf(stack, 'later-photos')).toMatchObject({ state: 'inventory' });

  expect(await command('cancel', 'later', '--yes')).toMatchObject({ exitCode: ExitCode.Ok });
  expect(await command('status', 'later', '--watch')).toMatchObject({ exitCode: ExitCode.Error });
  expect(await progressOf(stack, 'later-photos')).toMatchObject({ state: 'cancelled' });
  expect(await isOpen('later-films')).toBe(false);
}, 60_000);

async function isOpen(run: string): Promise<boolean> {
  const description = await stack.client.workflow
    .getHandle(run)
    .describe()
    .catch(() => null);
  return description?.status.name === 'RUNNING';
}
