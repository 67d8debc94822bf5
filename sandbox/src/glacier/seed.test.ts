import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { ManualClock } from '../testing/manual-clock';
import type { GlacierOptions } from '.';
import { ArchivePlan } from './seeding/archive-plan';
import { BadRowPlaces } from './seeding/bad-row-places';
import { BAD_ROW_KINDS } from './seeding/bad-rows';
import { NAME_STYLES } from './seeding/names/styles';
import type { SeededArchive } from './seeding/seeded-archive';
import { parseSeedSpec, SeedSpecError } from './seeding/seed-spec';
import { openGlacier, type RunningGlacier } from './testing/glacier-alone';
import { jobEnded, vault } from './testing/glacier-sandbox';
import { LeafHasher, MIB, treeRoot } from './tree-hash';

const HOUR_MS = 3_600_000;
const OVERHEAD_BYTES = 32_768;
const LARGEST_BYTES = 40_000 * 1024 ** 3;

let root: string;
let running: RunningGlacier;
/** The journal after a kill. */
let takenUp: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sandbox-'));
  await open({});
});

afterEach(async () => {
  await running.close();
  await rm(root, { recursive: true });
});

async function open(options: Partial<GlacierOptions>, folder = 'data', clock = new ManualClock()): Promise<void> {
  running = await openGlacier(join(root, folder), clock, options);
}

/** The files as they are now, while the service still runs, are what `kill -9` would leave: a new one takes them up. */
async function killAndReopen(): Promise<void> {
  await cp(join(root, 'data'), join(root, 'killed'), { recursive: true });
  takenUp = await readFile(join(root, 'killed', 'journal.jsonl'), 'utf8');
  await running.close();
  await open({}, 'killed', running.clock);
}

const seed = (written: object) => running.service.seed(vault.vaultName, parseSeedSpec(written));

/** The archives that a specification stands for. */
function planned(written: object): SeededArchive[] {
  const spec = parseSeedSpec(written);
  const plan = new ArchivePlan(spec, 1);
  return Array.from({ length: spec.count }, (_, position) => plan.archiveAt(position));
}

const upload = async (text: string): Promise<string> =>
  (await running.glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from(text) }))).archiveId ?? '';

const remove = (archiveId: string) => running.glacier.send(new DeleteArchiveCommand({ ...vault, archiveId }));

async function start(jobParameters: JobParameters): Promise<string> {
  return (await running.glacier.send(new InitiateJobCommand({ ...vault, jobParameters }))).jobId ?? '';
}

async function end(jobId: string) {
  running.clock.advance(4 * HOUR_MS);
  await jobEnded(running.glacier, jobId);
  return running.glacier.send(new DescribeJobCommand({ ...vault, jobId }));
}

async function outputOf(jobId: string, range?: string) {
  const output = await running.glacier.send(new GetJobOutputCommand({ ...vault, jobId, range }));
  return { ...output, bytes: Buffer.from((await output.body?.transformToByteArray()) ?? []) };
}

interface Row {
  readonly ArchiveId: string;
}

async function rowsOf(jobId: string): Promise<Row[]> {
  await end(jobId);
  return (JSON.parse((await outputOf(jobId)).bytes.toString()) as { ArchiveList: Row[] }).ArchiveList;
}

const inventory = (parameters: JobParameters['InventoryRetrievalParameters'] = {}): Promise<string> =>
  start({ Type: 'inventory-retrieval', InventoryRetrievalParameters: parameters });

const idsOf = (rows: readonly Row[]): string[] => rows.map((row) => row.ArchiveId);

const rowOf = (archive: SeededArchive) => ({
  ArchiveId: archive.id,
  ArchiveDescription: archive.description,
  CreationDate: archive.creationDate,
  Size: archive.sizeBytes,
  SHA256TreeHash: archive.treeHash,
});

function treeHashOf(bytes: Buffer): string {
  const hasher = new LeafHasher();
  hasher.update(bytes);
  return treeRoot(hasher.leaves()).toString('hex');
}

test('the inventory of a seeded vault lists the archives of its specification', async () => {
  const names = Object.fromEntries(NAME_STYLES.map((style) => [style, 1]));
  const written = { count: 1000, names, duplicates: 0.1, sizes: { from: '1B', to: '100KiB' } };
  const archives = planned(written);
  const totalBytes = archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  expect(await seed(written)).toEqual({ archives: 1000, bytes: String(totalBytes) });
  expect(await running.glacier.send(new DescribeVaultCommand(vault))).toMatchObject({
    NumberOfArchives: 1000,
    SizeInBytes: totalBytes + 1000 * OVERHEAD_BYTES,
    LastInventoryDate: '2026-01-01T00:00:00.000Z',
  });
  expect(await rowsOf(await inventory())).toEqual(archives.map(rowOf));
  expect(await readdir(join(root, 'data', 'blobs'))).toHaveLength(1);
});

test('an inventory is written while its job runs', async () => {
  await seed({ count: 5000, sizes: '1KiB' });
  const jobId = await inventory();
  running.clock.advance(4 * HOUR_MS);
  await expect(outputOf(jobId)).rejects.toMatchObject({ message: expect.stringContaining('not currently available') });
  await jobEnded(running.glacier, jobId);
  expect((await outputOf(jobId)).bytes.length).toBeGreaterThan(3000);
});

test.each([
  ['small', '5000B', undefined],
  ['of several MiB', `${3 * MIB + 17}B`, undefined],
  ['in part, from a MiB on', '3MiB', `${MIB}-${2 * MIB - 1}`],
  ['of the largest size, at its end', LARGEST_BYTES, `${LARGEST_BYTES - 2 * MIB}-${LARGEST_BYTES - 1}`],
])('a seeded archive is retrieved: %s', async (_name, size, range) => {
  const written = { count: 3, sizes: size, names: { plain: 1 } };
  await seed(written);
  const archive = planned(written)[1];
  if (archive === undefined) throw new Error('no archive');
  const jobId = await start({ Type: 'archive-retrieval', ArchiveId: archive.id, RetrievalByteRange: range });
  const job = await end(jobId);
  expect(job).toMatchObject({
    StatusCode: 'Succeeded',
    ArchiveSizeInBytes: archive.sizeBytes,
    ArchiveSHA256TreeHash: archive.treeHash,
  });
  const { bytes, ...headers } = await outputOf(jobId);
  expect(headers).toMatchObject({
    status: 200,
    contentType: 'application/octet-stream',
    archiveDescription: archive.description,
    checksum: treeHashOf(bytes),
  });
  expect(job.SHA256TreeHash).toBe(treeHashOf(bytes));
  expect(job.ArchiveSHA256TreeHash).toBe(range === undefined ? treeHashOf(bytes) : archive.treeHash);

  const part = await outputOf(jobId, 'bytes=100-199');
  expect(part).toMatchObject({ status: 206, contentRange: `bytes 100-199/${bytes.length}` });
  expect(part.bytes.equals(bytes.subarray(100, 200))).toBe(true);
});

test('the size of a vault is exact beyond 2^53', async () => {
  await seed({ count: 300, sizes: LARGEST_BYTES - 1 });
  const reply = await fetch(`${running.endpoint}/-/vaults/${vault.vaultName}`, {
    headers: {
      'x-amz-glacier-version': '2012-06-01',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/glacier/aws4_request, SignedHeaders=host, Signature=0',
    },
  });
  const sizeInBytes = 300n * BigInt(LARGEST_BYTES - 1 + OVERHEAD_BYTES);
  expect(await reply.text()).toContain(`"SizeInBytes":${sizeInBytes},`);
});

test('stored and seeded archives are listed in order of creation, and pages continue from their markers', async () => {
  const [early, late] = [
    { seed: 'early', count: 700, sizes: '1KiB' },
    { seed: 'late', count: 10, sizes: '1KiB' },
  ];
  await running.glacier.send(new CreateVaultCommand(vault));
  const one = await upload('one');
  await seed(early);
  const two = await upload('two');
  await seed(late);
  const earlyIds = planned(early).map(({ id }) => id);
  const lateIds = planned(late).map(({ id }) => id);
  const all = [one, ...earlyIds, two, ...lateIds];
  expect(idsOf(await rowsOf(await inventory()))).toEqual(all);

  const found: string[] = [];
  let marker: string | undefined;
  do {
    const jobId = await inventory({ Limit: '400', ...(marker !== undefined && { Marker: marker }) });
    found.push(...idsOf(await rowsOf(jobId)));
    const job = await running.glacier.send(new DescribeJobCommand({ ...vault, jobId }));
    marker = job.InventoryRetrievalParameters?.Marker;
  } while (typeof marker === 'string');
  expect(found).toEqual(all);

  const [from, to] = [planned(early)[100]?.creationDate, planned(early)[102]?.creationDate];
  const StartDate = `${from?.slice(0, 19)}Z`;
  const dated = await rowsOf(await inventory({ StartDate, EndDate: `${to?.slice(0, 19)}Z` }));
  expect(idsOf(dated).filter((id) => earlyIds.includes(id))).toHaveLength(2);
});

test('bad rows follow the archives in both formats and do not count', async () => {
  const written = { count: 60, sizes: '1KiB', badRows: Object.fromEntries(BAD_ROW_KINDS.map((kind) => [kind, 2])) };
  await seed(written);
  const places = new BadRowPlaces(parseSeedSpec(written));
  const json = await inventory();
  const csv = await start({ Type: 'inventory-retrieval', Format: 'CSV' });
  const limited = await inventory({ Limit: '60' });
  for (const jobId of [json, csv, limited]) await end(jobId);
  const rows = planned(written).flatMap((archive) => [
    JSON.stringify(rowOf(archive)),
    ...places.behind(archive).map((row) => row.json),
  ]);
  expect(rows).toHaveLength(60 + 2 * BAD_ROW_KINDS.length);
  const text = (await outputOf(json)).bytes.toString();
  expect(text.slice(text.indexOf('[') + 1, -2)).toBe(rows.join(','));
  expect((await outputOf(limited)).bytes.toString()).toBe(text);
  const csvText = (await outputOf(csv)).bytes.toString();
  for (const row of planned(written).flatMap((archive) => places.behind(archive))) {
    expect(csvText).toContain(`\n${row.csv}\n`);
  }
});

test('a deleted seeded archive stays in the inventory that lists it, also after a kill', async () => {
  await running.close();
  await open({ inventory: 'daily' });
  const written = { count: 20, sizes: '1KiB' };
  await seed(written);
  const [first, second] = idsOf(planned(written).map(rowOf));
  running.clock.advance(14 * HOUR_MS);
  await remove(first ?? '');
  await remove(first ?? '');
  const failing = await start({ Type: 'archive-retrieval', ArchiveId: first });
  const listing = await inventory();
  await killAndReopen();
  expect(idsOf(await rowsOf(listing))).toEqual(idsOf(planned(written).map(rowOf)));
  expect(await end(failing)).toMatchObject({ StatusCode: 'Failed', ArchiveId: first, ArchiveSizeInBytes: 1024 });

  expect(idsOf(await rowsOf(await inventory()))).toEqual(idsOf(planned(written).map(rowOf)).slice(1));
  await expect(start({ Type: 'archive-retrieval', ArchiveId: first })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(await end(await start({ Type: 'archive-retrieval', ArchiveId: second }))).toMatchObject({
    StatusCode: 'Succeeded',
  });
});

test('an inventory interrupted by a kill is written again with the same archives', async () => {
  const written = { count: 10_000, sizes: '1KiB' };
  await seed(written);
  const jobId = await inventory();
  await remove(planned(written).at(-1)?.id ?? '');
  await upload('too late');
  await killAndReopen();
  expect(takenUp).not.toContain('inventory-written');
  expect(idsOf(await rowsOf(jobId))).toEqual(planned(written).map(({ id }) => id));
  expect(await readdir(join(root, 'killed', 'blobs'))).toHaveLength(2);
});

test('a seeded vault can be deleted once its archives are deleted, and then seeded again', async () => {
  const written = { count: 100, sizes: '1KiB' };
  await seed(written);
  const deleteVault = () => running.glacier.send(new DeleteVaultCommand(vault));
  await expect(deleteVault()).rejects.toMatchObject({ message: expect.stringContaining('Vault not empty') });
  await inventory();
  await Promise.all(planned(written).map(({ id }) => remove(id)));
  await inventory();
  await deleteVault();
  expect(await readdir(join(root, 'data', 'blobs'))).toEqual([]);
  await seed(written);
  expect(await rowsOf(await inventory())).toHaveLength(100);
});

test('seeding rejects a used seed and an invalid vault name', async () => {
  await seed({ count: 5 });
  await expect(seed({ count: 7 })).rejects.toThrow(SeedSpecError);
  await expect(seed({ count: 7 })).rejects.toThrow('seeded with "1" already; choose another seed');
  expect(await seed({ seed: 2, count: 7, sizes: '1KiB' })).toEqual({ archives: 7, bytes: '7168' });
  await expect(running.service.seed('no/name', parseSeedSpec({}))).rejects.toThrow('Invalid vault name: no/name');
});
