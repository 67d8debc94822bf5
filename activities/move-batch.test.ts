import { HeadObjectCommand, PutObjectCommand, type StorageClass } from '@aws-sdk/client-s3';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { withSameCrc32 } from '../test/support/same-crc32';
import { SETTINGS } from '../test/support/samples';
import { objectMetadata } from '../src/aws/s3-objects';
import { batchReceiptKey } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';
import type { Receipt } from '../src/wire/receipt';
import type { ReadyJob } from '../src/wire/transfer';

const SHARD = 4;
const NOWHERE = 'x'.repeat(92);

let bench: ActivityBench;
let rows: readonly ArchiveRow[];
let jobs: readonly ReadyJob[];
let batch = 0;

beforeAll(async () => {
  bench = await startActivityBench();
});
afterAll(() => bench.close());

/** Five archives with completed jobs under separate keys. */
beforeEach(async () => {
  batch += 1;
  const seeded = await Promise.all(
    [1, 2, 3, 4, 5].map((index) => bench.archive(index, bytesOf(`batch ${batch} ${index}`, 1_000 * index))),
  );
  rows = seeded.map((row) => ({ ...row, key: `batch-${batch}/${row.index}` }));
  jobs = await Promise.all(
    rows.map(async (row) => ({
      index: row.index,
      jobId: await bench.readyJob(row),
      requestedAtMs: 1_000,
      readyAtMs: 2_000,
      lastTry: false,
    })),
  );
});
afterEach(() => {
  bench.proxy.fault = () => null;
});

/** Moves the batch with the shard's rows as they are now. */
async function move(
  changed: { readonly jobs?: readonly ReadyJob[]; readonly attempt?: number; readonly readAdopted?: boolean } = {},
) {
  const { readAdopted = false } = changed;
  const settings = { ...SETTINGS, readAdopted, startId: `start-${batch}` };
  await bench.putShard(SHARD, rows);
  const { attempt = 1 } = changed;
  return await bench.run('moveBatch', [{ settings, shard: SHARD, batch, jobs: changed.jobs ?? jobs }], { attempt });
}
async function receipts(): Promise<Receipt[]> {
  const text = await bench.getText(batchReceiptKey(SETTINGS.run, SHARD, batch));
  const read = text.trimEnd().split('\n');
  return read.map((line) => JSON.parse(line) as Receipt).toSorted((left, right) => left.index - right.index);
}
const change = (index: number, fields: Partial<ArchiveRow>): void => {
  rows = rows.map((row) => (row.index === index ? { ...row, ...fields } : row));
};
const withJob = (index: number, fields: Partial<ReadyJob>): readonly ReadyJob[] =>
  jobs.map((job) => (job.index === index ? { ...job, ...fields } : job));

test('a batch moves what it can, sorts the rest by the next step, and writes one receipt per outcome', async () => {
  change(2, { treeHash: '00'.repeat(32) });
  await bench.putObject(`batch-${batch}/3`, 'stranger');
  const result = await move({ jobs: withJob(4, { jobId: NOWHERE }) });
  expect(result).toMatchObject({ verified: [1, 5], expired: [4], notReady: [], unsettled: [] });
  expect(result.failed.map(({ index, reason }) => [index, reason])).toEqual([
    [2, 'HashMismatch'],
    [3, 'KeyTaken'],
  ]);

  const [first, wrong, taken, last, ...others] = await receipts();
  expect(others).toEqual([]);
  expect([first, wrong, taken, last].map((receipt) => [receipt?.index, receipt?.outcome])).toEqual([
    [1, 'verified'],
    [2, 'failed'],
    [3, 'failed'],
    [5, 'verified'],
  ]);
  expect(first).toMatchObject({
    receiptVersion: 1,
    run: SETTINGS.run,
    shard: SHARD,
    vaultArn: SETTINGS.vaultArn,
    archiveId: rows[0]?.archiveId,
    sizeBytes: 1_000,
    treeHash: rows[0]?.treeHash,
    reason: null,
    stored: { key: `batch-${batch}/1`, treeHash: rows[0]?.treeHash, adopted: false },
    jobIds: [jobs[0]?.jobId],
    requestedAt: '1970-01-01T00:00:01.000Z',
    readyAt: '1970-01-01T00:00:02.000Z',
  });
  expect(wrong).toMatchObject({ reason: 'HashMismatch', stored: null });

  const head = await bench.clients.s3.send(
    new HeadObjectCommand({ Bucket: SETTINGS.bucket, Key: `batch-${batch}/5`, ChecksumMode: 'ENABLED' }),
  );
  expect(head).toMatchObject({
    ContentLength: 5_000,
    StorageClass: 'STANDARD_IA',
    ChecksumType: 'FULL_OBJECT',
    Metadata: { 'glacier-archive-id': rows[4]?.archiveId, 'glacier-tree-hash': rows[4]?.treeHash },
  });
  expect(await bench.getText(`batch-${batch}/3`)).toBe('stranger');
  await expect(bench.getText(`batch-${batch}/2`)).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('a second attempt of a batch adopts what the first has stored and downloads nothing again', async () => {
  await move();
  const downloads = bench.count('GetJobOutput');
  const result = await move({ attempt: 2 });
  expect(result.verified).toEqual([1, 2, 3, 4, 5]);
  expect(bench.count('GetJobOutput')).toBe(downloads);
  expect((await receipts()).map(({ stored }) => stored?.adopted)).toEqual([true, true, true, true, true]);
});

test('a PutObject whose response was lost is found in the bucket and not repeated', async () => {
  let lost = 1;
  bench.proxy.fault = (method, url) =>
    method === 'PUT' && url.includes(`/batch-${batch}/1`) && lost-- > 0 ? { kind: 'lose' } : null;
  expect((await move()).verified).toEqual([1, 2, 3, 4, 5]);
});

test('a lasting transient error leaves an archive for later, or fails it on its last attempt', async () => {
  bench.proxy.fault = (method, url) =>
    method === 'PUT' && (url.includes(`/batch-${batch}/1`) || url.includes(`/batch-${batch}/2`))
      ? { kind: 'reply', status: 503, body: '<Error><Code>ServiceUnavailable</Code><Message>later</Message></Error>' }
      : null;
  const result = await move({ jobs: withJob(2, { lastTry: true }) });
  expect(result).toMatchObject({ verified: [3, 4, 5], unsettled: [1], failed: [{ index: 2, reason: 'Unavailable' }] });
  expect((await receipts()).map(({ index }) => index)).toEqual([2, 3, 4, 5]);
});

test('a batch in which nothing could be settled fails as a whole and writes no receipts', async () => {
  bench.proxy.fault = (_method, url) =>
    url.includes('/output') ? { kind: 'reply', status: 500, body: '{"code":"ServiceUnavailableException"}' } : null;
  await expect(move({ jobs: jobs.slice(0, 1) })).rejects.toMatchObject({ type: 'Unavailable', nonRetryable: false });
  await expect(receipts()).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test.each([
  ['S3', (method: string, url: string) => method === 'PUT' && url.includes(`/batch-${batch}/`)],
  ['Glacier', (_method: string, url: string) => url.includes('/output')],
])('a permission problem at %s stops the batch and fails no archive', async (service, isDenied) => {
  const late = jobs.map((job) => ({ ...job, lastTry: true }));
  const denied = { S3: '<Error><Code>AccessDenied</Code></Error>', Glacier: '{"code":"AccessDeniedException"}' };
  bench.proxy.fault = (method, url) =>
    isDenied(method, url) ? { kind: 'reply', status: 403, body: denied[service as 'S3'] } : null;
  const result = await move({ jobs: late });
  expect(result).toMatchObject({ verified: [], failed: [], unsettled: [1, 2, 3, 4, 5], expired: [], notReady: [] });
  expect(result.problem).toMatchObject({ reason: 'AccessDenied', message: expect.stringContaining('AccessDenied') });
  await expect(receipts()).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('archives verified before a problem count, and no further archive is started after it', async () => {
  const [row, job] = [rows[0] as ArchiveRow, jobs[0] as ReadyJob];
  const more = Array.from({ length: 20 }, (_, offset) => offset + 6);
  rows = [...rows, ...more.map((index) => ({ ...row, index, key: `batch-${batch}/${index}` }))];
  const downloads = bench.count('GetJobOutput');
  bench.proxy.fault = (method, url) =>
    method === 'PUT' && url.includes(`/batch-${batch}/`) && !url.includes(`/batch-${batch}/1?`)
      ? { kind: 'reply', status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }
      : null;
  const result = await move({ jobs: [...jobs, ...more.map((index) => ({ ...job, index }))] });
  expect(result).toMatchObject({ verified: [1], failed: [], problem: { reason: 'AccessDenied' } });
  expect(result.unsettled).toHaveLength(24);
  expect((await receipts()).map(({ index }) => index)).toEqual([1]);
  expect(bench.count('GetJobOutput') - downloads).toBeLessThan(25);
});

test('throttling does not fail an archive, not even on its last attempt', async () => {
  bench.proxy.fault = (method, url) =>
    method === 'PUT' && url.includes(`/batch-${batch}/1`)
      ? { kind: 'reply', status: 503, body: '<Error><Code>SlowDown</Code></Error>' }
      : null;
  const result = await move({ jobs: withJob(1, { lastTry: true }) });
  expect(result).toMatchObject({ verified: [2, 3, 4, 5], unsettled: [1], failed: [], problem: null });
});

test('a byte corrupted on the line costs another download, and only correct bytes are stored', async () => {
  let wrong = 1;
  bench.proxy.fault = (_method, url) =>
    url.includes('/output') && wrong-- > 0 ? { kind: 'corrupt', atByte: 7 } : null;
  expect((await move()).verified).toEqual([1, 2, 3, 4, 5]);
});

test('an archive whose PutObject is in flight at the cancellation is still verified', async () => {
  const archive = await bench.archive(900, bytesOf('cancelled put', 3_000));
  const jobId = await bench.readyJob(archive);
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => (release = resolve));
  let isSent = false;
  bench.proxy.fault = (method) => {
    if (method !== 'PUT') return null;
    isSent = true;
    return { kind: 'hold', until };
  };
  const stored = bench.run('moveWhole', [{ settings: SETTINGS, archive, jobId }], {
    onHeartbeat: (_details, environment) => {
      if (!isSent) return;
      environment.cancel('CANCELLED');
      release();
    },
  });
  expect(await stored).toMatchObject({ key: archive.key, adopted: false });
  bench.proxy.fault = () => null;
});

describe('existing objects in the destination', () => {
  const bytesIn = (index: number): Buffer => bytesOf(`batch ${batch} ${index}`, 1_000 * index);
  /** An object with the archive's metadata, stored with a CRC32 only. */
  const plant = async (index: number, Body: Buffer, storage: StorageClass = 'STANDARD'): Promise<void> => {
    const row = rows[index - 1] as ArchiveRow;
    await bench.clients.s3.send(
      new PutObjectCommand({
        Bucket: SETTINGS.bucket,
        Key: row.key,
        Body,
        StorageClass: storage,
        ChecksumAlgorithm: 'CRC32',
        Metadata: objectMetadata(row),
      }),
    );
  };
  const toRead = (): readonly ReadyJob[] => jobs.map((job) => ({ ...job, jobId: '', readBack: true }));

  test('are read back without a job, and adopted, rejected or left to be retrieved', async () => {
    await plant(1, bytesIn(1));
    await plant(2, withSameCrc32(bytesIn(2)));
    await plant(3, bytesIn(3), 'GLACIER');
    await bench.putObject(`batch-${batch}/5`, 'stranger');
    const downloads = bench.count('GetJobOutput');
    const result = await move({ jobs: toRead(), readAdopted: true });
    expect(result).toMatchObject({ verified: [1], expired: [4], notReady: [], unsettled: [], problem: null });
    expect(result.failed.map(({ index, reason }) => [index, reason])).toEqual([
      [2, 'KeyTaken'],
      [3, 'NotReadable'],
      [5, 'KeyTaken'],
    ]);
    expect(bench.count('GetJobOutput')).toBe(downloads);
    const [adopted] = await receipts();
    expect(adopted).toMatchObject({
      outcome: 'verified',
      stored: { adopted: true, proof: 'read-back' },
      jobIds: [],
      requestedAt: null,
      readyAt: null,
    });
  });

  test('that appear while their archive is downloaded are read back before adoption, or compared with its bytes', async () => {
    await plant(1, bytesIn(1));
    await plant(2, withSameCrc32(bytesIn(2)));
    await plant(3, bytesIn(3), 'DEEP_ARCHIVE');
    const result = await move({ readAdopted: true });
    expect(result.verified).toEqual([1, 3, 4, 5]);
    expect(result.failed).toMatchObject([{ index: 2, reason: 'KeyTaken' }]);
    const proofs = (await receipts()).map(({ index, stored }) => [index, stored?.adopted, stored?.proof]);
    expect(proofs).toEqual([
      [1, true, 'read-back'],
      [2, undefined, undefined],
      [3, true, 'crc32'],
      [4, false, 'sha256'],
      [5, false, 'sha256'],
    ]);
  });

  test('that cannot be read are compared with the downloaded bytes on a second attempt, not adopted by metadata', async () => {
    await plant(1, bytesIn(1), 'DEEP_ARCHIVE');
    await plant(2, bytesIn(2));
    await move({ readAdopted: true, attempt: 2 });
    const proofs = (await receipts()).map(({ stored }) => stored?.proof);
    expect(proofs.slice(0, 2)).toEqual(['crc32', 'read-back']);
  });
});
