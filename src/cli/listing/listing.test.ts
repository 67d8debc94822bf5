import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { putText, toJsonLines } from '../../aws/run-files';
import { archiveReceiptKey, batchReceiptKey, requestKey, shardKey, shardWorkflowId } from '../../ids';
import { startSandbox, type Sandbox } from '../../sandbox';
import type { ArchiveRow } from '../../wire/inventory';
import type { ArchivePageRequest, ArchiveStateRow } from '../../wire/progress';
import type { Receipt } from '../../wire/receipt';
import { runCli } from '../program';
import { testCli } from '../testing';
import { findArchive, listArchives, liveStates, NO_LIVE_STATES, type LiveStates } from './listing';
import { recordedBucket, RunRecords } from '../../aws/run-records';

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
  own: false,
});

const receipt = (index: number, change: Partial<Receipt>): Receipt =>
  ({ receiptVersion: 1, index, outcome: 'verified', reason: null, settledAt: '2026-01-01', ...change }) as Receipt;

const shard = (run: string, number: number, rows: readonly ArchiveRow[]): Promise<void> =>
  putText(s3, BUCKET, shardKey(run, number), toJsonLines(rows));

async function listed(records: RunRecords, live: LiveStates): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { shard, row, state, reason } of listArchives(records, live)) {
    lines.push(`${shard} ${row.index} ${state}${reason === null ? '' : ` ${reason}`}`);
  }
  return lines;
}

test('receipts of batches and of single archives settle their archives, the last receipt of an archive counts', async () => {
  await shard('r1', 0, [row(0), row(1), row(2)]);
  await shard('r1', 1, [row(3), row(4)]);
  await putText(
    s3,
    BUCKET,
    batchReceiptKey('r1', 0, 0),
    toJsonLines([receipt(0, {}), receipt(1, { outcome: 'failed', reason: 'KeyTaken', settledAt: '2026-01-03' })]),
  );
  await putText(s3, BUCKET, batchReceiptKey('r1', 0, 1), toJsonLines([receipt(1, { settledAt: '2026-01-02' })]));
  await putText(s3, BUCKET, archiveReceiptKey('r1', 1, 4), toJsonLines([receipt(4, { outcome: 'skipped' })]));

  expect(await listed(new RunRecords(s3, BUCKET, 'r1'), NO_LIVE_STATES)).toEqual([
    '0 0 verified',
    '0 1 failed KeyTaken',
    '0 2 waiting',
    '1 3 waiting',
    '1 4 skipped',
  ]);
});

test('open shards are asked in pages; a receipt outweighs what they say', async () => {
  const rows = Array.from({ length: 2_500 }, (_, offset) => row(offset + 10));
  await shard(
    'r2',
    0,
    Array.from({ length: 10 }, (_, index) => row(index)),
  );
  await shard('r2', 1, rows);
  await putText(s3, BUCKET, archiveReceiptKey('r2', 1, 11), toJsonLines([receipt(11, {})]));

  const asked: (readonly [string, ArchivePageRequest])[] = [];
  const live = liveStates('r2', [1], async (workflowId, request) => {
    asked.push([workflowId, request]);
    return Array.from({ length: request.limit }, (_, offset): ArchiveStateRow => {
      return { index: request.from + offset, state: 'moving', reason: null };
    });
  });
  const lines = await listed(new RunRecords(s3, BUCKET, 'r2'), live);

  const shardId = shardWorkflowId('r2', 1);
  expect(asked).toEqual([
    [shardId, { from: 10, limit: 1000 }],
    [shardId, { from: 1010, limit: 1000 }],
    [shardId, { from: 2010, limit: 500 }],
  ]);
  expect(lines).toHaveLength(2_510);
  expect(lines[0]).toBe('0 0 waiting');
  expect(lines.slice(10, 13)).toEqual(['1 10 moving', '1 11 verified', '1 12 moving']);
});

test('an archive is found by id or by key, with any characters in it', async () => {
  const odd = 'line\u2028separator "quoted".txt';
  await shard('r3', 0, [row(0), row(1, odd)]);
  const records = new RunRecords(s3, BUCKET, 'r3');
  expect(await findArchive(records, '-id0')).toEqual({ shard: 0, row: row(0) });
  expect((await findArchive(records, odd))?.row.index).toBe(1);
  expect(await findArchive(records, 'nothing')).toBeNull();
});

test("a run's own records say whose its bucket is", async () => {
  const { bucket } = BUCKET;
  await putText(s3, BUCKET, requestKey('r4'), JSON.stringify({ run: 'r4', bucketOwner: '999988887777' }));
  const recorded = await recordedBucket(s3, bucket, 'r4');
  expect(recorded).toEqual({ bucket, bucketOwner: '999988887777' });
  expect(await recordedBucket(s3, bucket, 'never')).toEqual({ bucket, bucketOwner: null });
  await expect(listed(new RunRecords(s3, recorded, 'r4'), NO_LIVE_STATES)).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});

test.each([
  ['as the run was told', [], 0],
  ['as a person says', ['--bucket-owner', '111122223333'], 0],
  ['not the one a person names', ['--bucket-owner', '999988887777'], 7],
])('records are read of a bucket whose owner is %s', async (_name, options, exitCode) => {
  await putText(s3, BUCKET, requestKey('r5'), JSON.stringify({ run: 'r5', ...BUCKET }));
  await shard('r5', 0, [row(0)]);
  const { context, stdout } = testCli({ aws: { s3 } });
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
    await shard('r6', 0, [row(0)]);
    await putText(s3, BUCKET, batchReceiptKey('r6', 0, 0), toJsonLines([receipt(0, {})]));
    expect(await listed(new RunRecords(s3, BUCKET, 'r6'), NO_LIVE_STATES)).toEqual(['0 0 verified']);
  } finally {
    s3.middlewareStack.remove('owners');
  }
  expect(owners.length).toBeGreaterThan(5);
  expect(new Set(owners)).toEqual(new Set([BUCKET.bucketOwner]));
});

test('a run without records lists nothing', async () => {
  expect(await listed(new RunRecords(s3, BUCKET, 'never'), NO_LIVE_STATES)).toEqual([]);
});
