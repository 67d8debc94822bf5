import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { putRunFolder } from '../../test/support/run-folder';
import { ARCHIVE, STORED } from '../../test/support/samples';
import { putText, toJsonLines } from '../../src/run-folder/run-files';
import { batchReceiptKey, catalogueKey, preparedKey, quarantineKey } from '../../src/ids';
import { startSandboxClients, type SandboxClients } from 'glacier-sandbox/testing';
import type { ArchiveRow } from '../../src/wire/inventory';
import type { Receipt } from '../../src/wire/receipt';
import { ExitCode } from '../exit-codes';
import { runCli } from '../program';
import { sampleProgress } from '../status/sample-progress';
import { testCli } from '../testing';
import { COLUMNS } from './report-row';

const BUCKET = { bucket: 'bucket', bucketOwner: '111122223333' };

let clients: SandboxClients;
let folder: string;

beforeAll(async () => {
  clients = await startSandboxClients();
  await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET.bucket }));
  await putRun('r1');
});
afterAll(async () => await clients.close());
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'report-test-'))));
afterEach(async () => await rm(folder, { recursive: true }));

const row = (index: number, change: Partial<ArchiveRow> = {}): ArchiveRow => ({
  ...ARCHIVE,
  index,
  archiveId: `-id${index}`,
  sizeBytes: 10 ** index,
  key: `key-${index}`,
  description: `=description, ${index}\u2028`,
  ownWorkflow: false,
  ...change,
});

const receipt = (index: number, change: Partial<Receipt> = {}): Receipt =>
  ({
    receiptVersion: 1,
    index,
    outcome: 'verified',
    reason: null,
    message: null,
    bucket: BUCKET.bucket,
    stored: { ...STORED, versionId: 'v1' },
    jobIds: ['job-1', 'job-2'],
    requestedAt: '2026-01-01T01:00:00.000Z',
    readyAt: '2026-01-01T05:00:00.000Z',
    settledAt: '2026-01-01T06:00:00.500Z',
    ...change,
  }) as Receipt;

/** A run of an inventory of seven rows: each has another outcome, but for two that are verified. */
async function putRun(run: string): Promise<void> {
  await putRunFolder(clients.s3, BUCKET, run, {
    shards: [
      [row(0), row(1)],
      [row(2), row(3), row(4)],
    ],
    excluded: [row(5)],
    quarantined: [{ row: 9, reason: 'Size is missing.', raw: '{}' }],
  });
  const failed = { outcome: 'failed', reason: 'KeyTaken', message: '-something else', stored: null } as const;
  await putText(
    clients.s3,
    BUCKET,
    batchReceiptKey(run, 0, 1),
    toJsonLines([receipt(0, { ...failed, settledAt: '2025-12-31T00:00:00.000Z' }), receipt(0), receipt(1)]),
  );
  const skipped = { outcome: 'skipped', reason: 'Cancelled', message: 'm', stored: null, jobIds: [] } as const;
  const second = toJsonLines([receipt(2, failed), receipt(3, skipped)]);
  await putText(clients.s3, BUCKET, batchReceiptKey(run, 1, 1), second);
}

const OUTCOMES = ['verified', 'verified', 'failed', 'skipped', 'open', 'excluded', 'quarantined'];

const SUMMARY = [
  '               rows      size',
  'verified          2      11 B',
  'failed            1     100 B',
  'skipped           1    1000 B',
  'open              1   9.8 KiB',
  'excluded          1  97.7 KiB',
  'quarantined       1',
  'the inventory     7  108.5 KiB',
];

/** `glacier-transfer report r1 --bucket …` unless told otherwise. */
async function report(options: readonly string[], run = 'r1', client?: unknown) {
  const { context, stdout, stderr } = testCli({
    aws: { s3: clients.s3 },
    env: { XDG_CACHE_HOME: folder },
    ...(client === undefined ? {} : { client }),
  });
  const place = client === undefined ? ['--bucket', BUCKET.bucket, '--bucket-owner', BUCKET.bucketOwner] : [];
  const exitCode = await runCli(context, ['report', run, ...place, ...options]);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

type Row = Readonly<Record<string, unknown>>;
const parsed = (jsonl: string): readonly Row[] =>
  jsonl
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

/** The rows of a file as a stranger's DuckDB reads them, all values as text. */
async function query(sql: string): Promise<readonly (readonly unknown[])[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  return rows;
}

test('every row of the inventory is accounted for, and the summary sums up to it', async () => {
  const { exitCode, stdout, stderr } = await report(['--format', 'jsonl']);
  expect(exitCode).toBe(ExitCode.Ok);
  expect(stderr.split('\n').map((line) => line.split(/\s{2,}/))).toEqual(
    [...SUMMARY, ''].map((line) => line.split(/\s{2,}/)),
  );
  const rows = parsed(stdout);
  expect(rows.map(({ outcome }) => outcome)).toEqual(OUTCOMES);
  expect(rows[0]).toEqual({
    run: 'r1',
    outcome: 'verified',
    state: null,
    reason: null,
    message: null,
    archive_id: '-id0',
    key: 'key-0',
    size_bytes: 1,
    creation_date: ARCHIVE.creationDate,
    tree_hash: ARCHIVE.treeHash,
    description: '=description, 0\u2028',
    name_format: 'plain',
    bucket: BUCKET.bucket,
    storage_class: STORED.storageClass,
    version_id: 'v1',
    etag: STORED.etag,
    crc32: STORED.crc32,
    adopted: true,
    proof: 'metadata',
    job_ids: ['job-1', 'job-2'],
    requested_at: '2026-01-01T01:00:00.000Z',
    ready_at: '2026-01-01T05:00:00.000Z',
    settled_at: '2026-01-01T06:00:00.500Z',
    shard: 0,
    index: 0,
    inventory_row: null,
  });
  expect(rows[2]).toMatchObject({ outcome: 'failed', reason: 'KeyTaken', message: '-something else', shard: 1 });
  expect(rows[4]).toMatchObject({ outcome: 'open', state: 'waiting', index: 4 });
  expect(rows[5]).toMatchObject({ outcome: 'excluded', archive_id: '-id5', shard: null, index: null });
  expect(rows[6]).toMatchObject({ outcome: 'quarantined', message: 'Size is missing.', inventory_row: 9 });
});

test('CSV is the default, and other programs read it', async () => {
  const { stdout } = await report([]);
  const path = join(folder, 'report.csv');
  await writeFile(path, stdout);
  const read = await query(`SELECT outcome, archive_id, description, message, job_ids FROM read_csv('${path}')`);
  expect(read.map(([outcome]) => outcome)).toEqual(OUTCOMES);
  expect(read[0]).toEqual(['verified', '-id0', "'=description, 0\u2028", null, 'job-1 job-2']);
  expect(read[2]?.[3]).toBe("'-something else");
});

test('a terminal gets nothing that it would obey', async () => {
  const { context, stdout } = testCli({ aws: { s3: clients.s3 }, env: { XDG_CACHE_HOME: folder } });
  Object.assign(stdout, { isTTY: true });
  expect(await runCli(context, ['report', 'r1', '--bucket', BUCKET.bucket])).toBe(ExitCode.Ok);
  expect(stdout.text.split('\n')).toHaveLength(OUTCOMES.length + 2);
  expect(stdout.text).toContain("'=description, 0\ufffd");
});

test('Parquet holds the same rows with their types', async () => {
  const path = join(folder, "the run's report.parquet");
  expect(await report(['--format', 'parquet', '-o', path])).toMatchObject({ exitCode: ExitCode.Ok, stdout: '' });
  const source = `read_parquet('${path.replaceAll("'", "''")}')`;
  const types = await query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${source})`);
  expect(Object.fromEntries(types)).toEqual(COLUMNS);
  const rows = await query(`SELECT outcome, description, size_bytes, job_ids, settled_at FROM ${source}`);
  expect(rows.map(([outcome]) => outcome)).toEqual(OUTCOMES);
  expect(rows[1]).toEqual(['verified', '=description, 1\u2028', '10', ['job-1', 'job-2'], '2026-01-01 06:00:00.5']);
  expect((await readdir(folder)).toSorted()).toEqual(['glacier-transfer', "the run's report.parquet"]);
});

test('a report file appears once complete, or not at all', async () => {
  const path = join(folder, 'report.csv');
  await report(['-o', path]);
  const written = await readFile(path, 'utf8');
  expect(written.split('\n').filter((line) => line.startsWith('r1,'))).toHaveLength(OUTCOMES.length);
  expect(await report(['-o', path])).toMatchObject({ exitCode: ExitCode.Usage, stdout: '' });
  expect(await readFile(path, 'utf8')).toBe(written);
  expect((await report(['-o', join(folder, 'nowhere', 'report.csv')])).stderr).toMatch(
    /The folder of .* does not exist/,
  );
  expect((await report(['--format', 'parquet'])).stderr).toContain('Parquet is written to a file only: use -o FILE.');

  await putRun('r2');
  const Key = quarantineKey('r2');
  await clients.s3.send(new DeleteObjectCommand({ Bucket: BUCKET.bucket, Key }));
  const cut = join(folder, 'cut.csv');
  expect((await report(['-o', cut], 'r2')).exitCode).not.toBe(ExitCode.Ok);
  expect((await readdir(folder)).toSorted()).toEqual(['glacier-transfer', 'report.csv']);
});

test('records that do not account for the inventory are told', async () => {
  await putRun('r3');
  const prepared = { excluded: { archives: 1, bytes: '100000' }, quarantinedRows: 1 };
  const total = { archives: 6, bytes: '111111' };
  await putText(clients.s3, BUCKET, preparedKey('r3'), JSON.stringify({ ...prepared, total }));
  const { exitCode, stderr } = await report([], 'r3');
  expect(exitCode).toBe(ExitCode.Mismatch);
  expect(stderr).toContain('glacier-transfer verify r3');
});

test('of a run in progress, open shards are asked', async () => {
  const progress = sampleProgress({ ...BUCKET, run: 'r1', openShards: [1] });
  const asked: unknown[] = [];
  const client = {
    workflow: {
      getHandle: (workflowId: string) => ({
        describe: async () => ({ type: 'vaultTransfer', status: { name: 'RUNNING' } }),
        query: async (name: string, page: unknown) => {
          if (name === 'progress') return progress;
          asked.push([workflowId, page]);
          return [{ index: 4, state: 'moving', reason: null }];
        },
      }),
    },
  };
  const { stdout } = await report(['--format', 'jsonl'], 'r1', client);
  expect(parsed(stdout)[4]).toMatchObject({ outcome: 'open', state: 'moving' });
  expect(asked).toEqual([['r1/shard-000001', { from: 2, limit: 3 }]]);
});

test('a run without an inventory has nothing to report yet', async () => {
  expect((await report([], 'never')).exitCode).toBe(ExitCode.Usage);
  await putRun('r4');
  await clients.s3.send(new DeleteObjectCommand({ Bucket: BUCKET.bucket, Key: catalogueKey('r4') }));
  expect(await report([], 'r4')).toMatchObject({ exitCode: ExitCode.Usage, stdout: '' });
});
