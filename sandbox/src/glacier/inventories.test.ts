import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateVaultCommand,
  DeleteArchiveCommand,
  DeleteVaultCommand,
  DescribeJobCommand,
  DescribeVaultCommand,
  GetJobOutputCommand,
  InitiateJobCommand,
  type JobParameters,
  ListVaultsCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { ManualClock } from '../testing/manual-clock';
import type { InventoryMode } from './inventory-schedule';
import { openGlacier, type RunningGlacier } from './testing/glacier-alone';
import { jobEnded, vault } from './testing/glacier-sandbox';

const HOUR_MS = 3_600_000;
const OVERHEAD_BYTES = 32_768;
let root: string;
let running: RunningGlacier;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sandbox-'));
});

afterEach(async () => {
  await running.close();
  await rm(root, { recursive: true });
});

async function open(inventory: InventoryMode, folder = 'data', clock = new ManualClock()): Promise<void> {
  running = await openGlacier(join(root, folder), clock, { inventory });
}

/** A vault at 2026-01-01T00:00:00Z, with one archive if asked. */
async function openVault(inventory: InventoryMode, withArchive = true): Promise<string> {
  await open(inventory);
  await running.glacier.send(new CreateVaultCommand(vault));
  return withArchive ? upload('one') : '';
}

async function upload(text: string): Promise<string> {
  const { archiveId = '' } = await running.glacier.send(
    new UploadArchiveCommand({ ...vault, archiveDescription: text, body: Buffer.from(text) }),
  );
  return archiveId;
}

const remove = (archiveId: string) => running.glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));
const describe = () => running.glacier.send(new DescribeVaultCommand(vault));
const deleteVault = () => running.glacier.send(new DeleteVaultCommand(vault));

async function start(jobParameters: JobParameters): Promise<string> {
  const { jobId = '' } = await running.glacier.send(new InitiateJobCommand({ ...vault, jobParameters }));
  return jobId;
}

interface Inventory {
  readonly InventoryDate: string;
  readonly ArchiveList: { readonly ArchiveDescription: string }[];
}

/** Lets the job complete: four hours pass. */
async function inventoryOf(jobId: string): Promise<{ date: string; archives: string[] }> {
  running.clock.advance(4 * HOUR_MS);
  await jobEnded(running.glacier, jobId);
  const { body } = await running.glacier.send(new GetJobOutputCommand({ ...vault, jobId }));
  const inventory = JSON.parse((await body?.transformToString()) ?? '') as Inventory;
  return {
    date: inventory.InventoryDate,
    archives: inventory.ArchiveList.map((archive) => archive.ArchiveDescription),
  };
}

const notEmpty = {
  name: 'InvalidParameterValueException',
  message: 'Vault not empty or recently written to: arn:aws:glacier:us-east-1:111122223333:vaults/photos',
  $metadata: { httpStatusCode: 400 },
};

test('in fresh mode an inventory is taken on each request after a change, and otherwise keeps its date', async () => {
  const one = await openVault('fresh');
  running.clock.advance(HOUR_MS);
  expect(await describe()).toMatchObject({ LastInventoryDate: '2026-01-01T01:00:00.000Z', NumberOfArchives: 1 });
  running.clock.advance(HOUR_MS);
  expect(await describe()).toMatchObject({ LastInventoryDate: '2026-01-01T01:00:00.000Z' });
  expect(await inventoryOf(await start({ Type: 'inventory-retrieval' }))).toEqual({
    date: '2026-01-01T01:00:00Z',
    archives: ['one'],
  });

  await upload('two');
  await remove(one);
  expect(await inventoryOf(await start({ Type: 'inventory-retrieval' }))).toEqual({
    date: '2026-01-01T06:00:00Z',
    archives: ['two'],
  });
  expect(await describe()).toMatchObject({
    LastInventoryDate: '2026-01-01T06:00:00.000Z',
    NumberOfArchives: 1,
    SizeInBytes: 3 + OVERHEAD_BYTES,
  });
});

test('in fresh mode a vault can be deleted as soon as it is empty', async () => {
  const one = await openVault('fresh');
  await expect(deleteVault()).rejects.toMatchObject(notEmpty);
  await remove(one);
  await deleteVault();
  await expect(describe()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('in daily mode a vault has no inventory date, counts or job before its first inventory', async () => {
  await openVault('daily');
  running.clock.advance(14 * HOUR_MS - 1);
  const described = await describe();
  expect(described).toMatchObject({ NumberOfArchives: 0, SizeInBytes: 0 });
  expect(described.LastInventoryDate ?? null).toBeNull();
  await expect(start({ Type: 'inventory-retrieval' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: expect.stringContaining('has not yet generated an initial inventory for this vault.'),
    $metadata: { httpStatusCode: 404 },
  });
  running.clock.advance(1);
  const expected = { LastInventoryDate: '2026-01-01T14:00:00.000Z', NumberOfArchives: 1 };
  expect(await describe()).toMatchObject(expected);
  const { VaultList } = await running.glacier.send(new ListVaultsCommand({ accountId: '-' }));
  expect(VaultList).toMatchObject([expected]);
});

test('in daily mode an inventory is up to a day old, and is only taken after a change', async () => {
  const one = await openVault('daily');
  // Nobody asks while the first inventory is due: it is taken all the same, before what comes later.
  running.clock.advance(15 * HOUR_MS);
  await upload('two');
  await remove(one);
  running.clock.advance(HOUR_MS);
  expect(await describe()).toMatchObject({
    LastInventoryDate: '2026-01-01T14:00:00.000Z',
    NumberOfArchives: 1,
    SizeInBytes: 3 + OVERHEAD_BYTES,
  });
  expect(await inventoryOf(await start({ Type: 'inventory-retrieval' }))).toEqual({
    date: '2026-01-01T14:00:00Z',
    archives: ['one'],
  });

  running.clock.advance(20 * HOUR_MS);
  expect(await describe()).toMatchObject({ LastInventoryDate: '2026-01-02T14:00:00.000Z', NumberOfArchives: 1 });
  running.clock.advance(10 * 24 * HOUR_MS);
  expect(await inventoryOf(await start({ Type: 'inventory-retrieval' }))).toEqual({
    date: '2026-01-02T14:00:00Z',
    archives: ['two'],
  });
});

test('in daily mode a vault can be deleted once an inventory lists no archives', async () => {
  const one = await openVault('daily');
  await remove(one);
  await expect(deleteVault()).rejects.toMatchObject(notEmpty);
  running.clock.advance(14 * HOUR_MS);
  const two = await upload('two');
  await remove(two);
  await expect(deleteVault()).rejects.toMatchObject(notEmpty);
  running.clock.advance(24 * HOUR_MS);
  await deleteVault();
});

test.each<InventoryMode>(['fresh', 'daily'])(
  'in %s mode a vault that never held an archive can be deleted',
  async (mode) => {
    await openVault(mode, false);
    expect((await deleteVault()).$metadata.httpStatusCode).toBe(204);
  },
);

test('a job for a deleted archive is accepted and fails if the inventory lists it, else it is not found', async () => {
  const one = await openVault('daily');
  running.clock.advance(14 * HOUR_MS);
  const two = await upload('two');
  await remove(one);
  await remove(two);
  const jobId = await start({ Type: 'archive-retrieval', ArchiveId: one, RetrievalByteRange: '0-2' });
  await expect(start({ Type: 'archive-retrieval', ArchiveId: two })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 404 },
  });
  running.clock.advance(4 * HOUR_MS);
  const job = () => running.glacier.send(new DescribeJobCommand({ ...vault, jobId }));
  expect(await job()).toMatchObject({ Completed: true, StatusCode: 'Failed', ArchiveId: one });

  running.clock.advance(20 * HOUR_MS);
  await describe();
  await expect(start({ Type: 'archive-retrieval', ArchiveId: one })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  // The job is still there, and with it what it knows of its archive.
  expect(await job()).toMatchObject({ StatusCode: 'Failed', ArchiveSizeInBytes: 3 });
});

test('inventories, listed archives and jobs of deleted archives survive a kill', async () => {
  const one = await openVault('daily');
  running.clock.advance(14 * HOUR_MS);
  await upload('two');
  await remove(one);
  const jobId = await start({ Type: 'archive-retrieval', ArchiveId: one });
  const { clock } = running;
  // The files as they are now, while the service still runs, are what `kill -9` would leave.
  await cp(join(root, 'data'), join(root, 'killed'), { recursive: true });
  await running.close();

  await open('daily', 'killed', clock);
  expect(await describe()).toMatchObject({ LastInventoryDate: '2026-01-01T14:00:00.000Z', NumberOfArchives: 1 });
  const inventoryJob = await start({ Type: 'inventory-retrieval' });
  await start({ Type: 'archive-retrieval', ArchiveId: one });
  expect((await inventoryOf(inventoryJob)).archives).toEqual(['one']);
  const job = await running.glacier.send(new DescribeJobCommand({ ...vault, jobId }));
  expect(job).toMatchObject({ ArchiveId: one, ArchiveSizeInBytes: 3, StatusCode: 'Failed' });
});
