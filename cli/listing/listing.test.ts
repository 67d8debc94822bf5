import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { putRunFolder } from '../../test/support/run-folder';
import { putText, toJsonLines } from '../../src/run-folder/run-files';
import { archiveReceiptKey, batchReceiptKey, requestKey, shardWorkflowId } from '../../src/ids';
import { startSandbox, type Sandbox } from 'glacier-sandbox';
import type { ArchiveRow } from '../../src/wire/inventory';
import type { ArchivePageRequest, ArchiveStateRow } from '../../src/wire/progress';
import type { Receipt } from '../../src/wire/receipt';
import { runCli } from '../program';
import { testCli } from '../testing';
import {
  findArchive,
  listArchives,
  liveStates,
  NO_LIVE_STATES,
  type ListedArchive,
  type LiveStates,
  type RunCatalogue,
} from './listing';
import { withCatalogue } from './open-catalogue';
import { recordedBucket, RunRecords } from '../../src/run-folder/run-records';

const BUCKET = { bucket: 'bucket', bucketOwner: '111122223333' };
let dataDir: string;
let sandbox: Sandbox;
let s3: S3Client;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'listing-test-'));
  sandbox = await startSandbox({ dataDir });
  s3 = new S3Client({
    endpoint: sandbox.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET.bucket }));
});

afterAll(async () => {
  s3.destroy();
  await sandbox.close();
  rmSync(dataDir, { recursive: true });
});

const row = (index: number, key = `key-${index}`): ArchiveRow => ({
  index,
  archiveId: `-id${index}`,
  sizeBytes: index + 1,
  treeHash: '00',
  creationDate: '2020-01-01T00:00:00Z',
  description: '',
  key,
  nameFormat: 'plain',
  ownWorkflow: false,
});

const receipt = (index: number, change: Partial<Receipt>): Receipt =>
  ({ receiptVersion: 1, index, outcome: 'verified', reason: null, settledAt: '2026-01-01', ...change }) as Receipt;

const folderOf = (run: string, ...shards: readonly (readonly ArchiveRow[])[]): Promise<void> =>
  putRunFolder(s3, BUCKET, run, { shards });

/** A command line that keeps its cache in the test's folder. */
const cli = () => testCli({ aws: { s3 }, env: { XDG_CACHE_HOME: dataDir } });

/** Reads a run as its open shards say, without Temporal. */
async function withRecords<Result>(
  run: string,
  use: (catalogue: RunCatalogue, records: RunRecords) => Promise<Result>,
): Promise<Result | null> {
  const records = new RunRecords(s3, BUCKET, run);
  const place = { s3, ...BUCKET };
  const open = { place, records, progress: null, live: NO_LIVE_STATES, ended: async () => undefined, query: null };
  return withCatalogue(cli().context, run, open, (catalogue) => use(catalogue, records));
}

const listed = (run: string, live: LiveStates): Promise<readonly string[] | null> =>
  withRecords(run, async (catalogue, records) => {
    const lines: string[] = [];
    for await (const page of listArchives(catalogue, records, live)) {
      for (const { shard, row, state, reason } of page) {
        lines.push(`${shard} ${row.index} ${state}${reason === null ? '' : ` ${reason}`}`);
      }
    }
    return lines;
  });

const found = (run: string, wanted: string): Promise<ListedArchive | null> =>
  withRecords(run, (catalogue, records) => findArchive(catalogue, records, NO_LIVE_STATES, wanted));

test('receipts of batches and of single archives settle their archives, the last receipt of an archive counts', async () => {
  await folderOf('r1', [row(0), row(1), row(2)], [row(3), row(4)]);
  await putText(
    s3,
    BUCKET,
    batchReceiptKey('r1', 0, 0),
    toJsonLines([receipt(0, {}), receipt(1, { outcome: 'failed', reason: 'KeyTaken', settledAt: '2026-01-03' })]),
  );
  await putText(s3, BUCKET, batchReceiptKey('r1', 0, 1), toJsonLines([receipt(1, { settledAt: '2026-01-02' })]));
  await putText(s3, BUCKET, archiveReceiptKey('r1', 1, 4), toJsonLines([receipt(4, { outcome: 'skipped' })]));

  expect(await listed('r1', NO_LIVE_STATES)).toEqual([
    '0 0 verified',
    '0 1 failed KeyTaken',
    '0 2 waiting',
    '1 3 waiting',
    '1 4 skipped',
  ]);
});

test('open shards are asked in pages; a receipt outweighs what they say', async () => {
  const rows = Array.from({ length: 2_510 }, (_, index) => row(index));
  await folderOf('r2', rows.slice(0, 10), rows.slice(10));
  await putText(s3, BUCKET, archiveReceiptKey('r2', 1, 11), toJsonLines([receipt(11, {})]));

  const asked: (readonly [string, ArchivePageRequest])[] = [];
  const live = liveStates('r2', [1], async (workflowId, request) => {
    asked.push([workflowId, request]);
    return Array.from({ length: request.limit }, (_, offset): ArchiveStateRow => {
      return { index: request.from + offset, state: 'moving', reason: null };
    });
  });
  const lines = (await listed('r2', live)) ?? [];

  const shardId = shardWorkflowId('r2', 1);
  expect(new Set(asked.map(([workflowId]) => workflowId))).toEqual(new Set([shardId]));
  expect(Math.max(...asked.map(([, { limit }]) => limit))).toBeLessThanOrEqual(1_000);
  expect(asked.flatMap(([, { from, limit }]) => Array.from({ length: limit }, (_, offset) => from + offset))).toEqual(
    rows.slice(10).map(({ index }) => index),
  );
  expect(lines).toHaveLength(2_510);
  expect(lines[0]).toBe('0 0 waiting');
  expect(lines.slice(10, 13)).toEqual(['1 10 moving', '1 11 verified', '1 12 moving']);
});

test('an archive is found by id or by key, with any characters in it', async () => {
  const odd = 'line\u2028separator "quoted".txt';
  await folderOf('r3', [row(0)], [row(1, odd)]);
  await putText(s3, BUCKET, batchReceiptKey('r3', 1, 0), toJsonLines([receipt(1, {})]));
  expect(await found('r3', '-id0')).toMatchObject({ shard: 0, row: row(0), state: 'waiting' });
  expect(await found('r3', odd)).toMatchObject({ shard: 1, row: { index: 1 }, state: 'verified' });
  expect(await found('r3', 'nothing')).toBeNull();
});

test("a run's own records say whose its bucket is", async () => {
  const { bucket } = BUCKET;
  await putText(s3, BUCKET, requestKey('r4'), JSON.stringify({ run: 'r4', bucketOwner: '999988887777' }));
  const recorded = await recordedBucket(s3, bucket, 'r4');
  expect(recorded).toEqual({ bucket, bucketOwner: '999988887777' });
  expect(await recordedBucket(s3, bucket, 'never')).toEqual({ bucket, bucketOwner: null });
  await expect(new RunRecords(s3, recorded, 'r4').prepared()).rejects.toMatchObject({ name: 'AccessDenied' });
});

test.each([
  ['as the run was told', [], 0],
  ['as a person says', ['--bucket-owner', '111122223333'], 0],
  ['not the one a person names', ['--bucket-owner', '999988887777'], 7],
])('records are read of a bucket whose owner is %s', async (_name, options, exitCode) => {
  await putText(s3, BUCKET, requestKey('r5'), JSON.stringify({ run: 'r5', ...BUCKET }));
  await folderOf('r5', [row(0)]);
  const { context, stdout } = cli();
  const code = await runCli(context, ['list', 'r5', '--bucket', BUCKET.bucket, ...options]);
  expect(code).toBe(exitCode);
  expect(stdout.text.includes('key-0')).toBe(exitCode === 0);
});

test('every request for records says whose the bucket is', async () => {
  const owners: unknown[] = [];
  s3.middlewareStack.add(
    (next) => (args) => {
      owners.push((args.input as { readonly ExpectedBucketOwner?: string }).ExpectedBucketOwner);
      return next(args);
    },
    { step: 'initialize', name: 'owners' },
  );
  try {
    await folderOf('r6', [row(0)]);
    await putText(s3, BUCKET, batchReceiptKey('r6', 0, 0), toJsonLines([receipt(0, {})]));
    expect(await listed('r6', NO_LIVE_STATES)).toEqual(['0 0 verified']);
  } finally {
    s3.middlewareStack.remove('owners');
  }
  expect(owners.length).toBeGreaterThan(5);
  expect(new Set(owners)).toEqual(new Set([BUCKET.bucketOwner]));
});

test('excluded archives are listed separately and can be found', async () => {
  await putRunFolder(s3, BUCKET, 'r7', { shards: [[row(0), row(1)]], excluded: [row(2, 'left out')] });
  const list = async (...options: string[]): Promise<readonly string[]> => {
    const { context, stdout, stderr } = cli();
    expect(await runCli(context, ['list', 'r7', '--bucket', BUCKET.bucket, ...options])).toBe(0);
    return [stdout.text, stderr.text];
  };
  expect(await list()).toEqual([
    'waiting           1 B  key-0\nwaiting           2 B  key-1\n',
    "The run's filter excludes 1 more archive: list them with --state excluded.\n",
  ]);
  expect(await list('--state', 'excluded')).toEqual(['excluded          3 B  left out\n', '']);

  const { context, stdout } = cli();
  expect(await runCli(context, ['archive', 'r7', 'left out', '--bucket', BUCKET.bucket, '--json'])).toBe(0);
  expect(JSON.parse(stdout.text)).toMatchObject({ archive_id: '-id2', state: 'excluded', index: null, receipt: null });
  const person = cli();
  await runCli(person.context, ['archive', 'r7', '--bucket', BUCKET.bucket, '--', '-id2']);
  expect(person.stdout.text).toContain("State          excluded by the run's filter\n");
});

test('a run that has prepared no inventory lists nothing', async () => {
  expect(await listed('never', NO_LIVE_STATES)).toBeNull();
  const { context, stderr } = cli();
  expect(await runCli(context, ['list', 'never', '--bucket', BUCKET.bucket])).toBe(2);
  expect(stderr.text).toContain('contains no records of a run named "never"');
});
