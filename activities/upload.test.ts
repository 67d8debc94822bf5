import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
  type CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import type { ArchiveRow } from '../src/wire/inventory';
import type { CompleteInput, RangeResult } from '../src/wire/transfer';

const MIB = 2 ** 20;
const BYTES = bytesOf('upload', 9 * MIB);

let bench: ActivityBench;
let archive: ArchiveRow;
let jobId: string;
let counter = 0;

beforeAll(async () => {
  bench = await startActivityBench();
  archive = await bench.archive(0, BYTES);
  jobId = await bench.readyJob(archive);
});
afterEach(() => {
  bench.proxy.fault = () => null;
  bench.sandbox.faults.clear();
});
afterAll(() => bench.close());

/** An upload with all parts, under a key of its own. */
async function filled(): Promise<CompleteInput> {
  counter += 1;
  const row = { ...archive, key: `upload/${counter}` };
  const uploadId = await bench.run('createUpload', [SETTINGS, row]);
  const upload = { settings: SETTINGS, archive: row, uploadId };
  const range: RangeResult = await bench.run('moveRange', [{ ...upload, jobId, range: 0, proved: [] }]);
  return { ...upload, ranges: [range] };
}
const overwritePart = ({ archive: { key }, uploadId }: CompleteInput, body: Buffer) =>
  bench.clients.s3.send(
    new UploadPartCommand({
      Bucket: SETTINGS.bucket,
      Key: key,
      UploadId: uploadId,
      PartNumber: 2,
      Body: body,
      ChecksumAlgorithm: 'CRC32',
    }),
  );
/** Ids of the open uploads whose key starts with this. */
const openUploads = async (prefix: string): Promise<string[]> => {
  const listing = new ListMultipartUploadsCommand({ Bucket: SETTINGS.bucket, Prefix: prefix });
  const { Uploads = [] } = await bench.clients.s3.send(listing);
  return Uploads.map(({ UploadId }) => UploadId ?? '');
};
const exists = async (key: string): Promise<boolean> =>
  await bench.getText(key).then(
    () => true,
    () => false,
  );

test('an upload is completed once; a retry adopts the object', async () => {
  const input = await filled();
  const stored = await bench.run('completeUpload', [input]);
  expect(stored).toMatchObject({ key: input.archive.key, sizeBytes: BYTES.length, adopted: false });
  const again = await bench.run('completeUpload', [input], { attempt: 2 });
  expect(again).toMatchObject({ etag: stored.etag, crc32: stored.crc32, adopted: true });
});

test('a completion whose response was lost is found to be done', async () => {
  const input = await filled();
  let lost = 1;
  bench.proxy.fault = (method, url) =>
    method === 'POST' && url.includes('uploadId=') && lost-- > 0 ? { kind: 'lose' } : null;
  expect(await bench.run('completeUpload', [input])).toMatchObject({ adopted: true, treeHash: archive.treeHash });
});

test('an upload whose tree hash differs from the inventory is not completed', async () => {
  const input = await filled();
  const wrong = { ...input, archive: { ...input.archive, treeHash: '00'.repeat(32) } };
  await expect(bench.run('completeUpload', [wrong])).rejects.toMatchObject({
    type: 'HashMismatch',
    nonRetryable: true,
  });
  expect(await exists(input.archive.key)).toBe(false);
});

test('an upload with missing ranges is not completed', async () => {
  const input = await filled();
  await expect(bench.run('completeUpload', [{ ...input, ranges: [] }])).rejects.toMatchObject({
    type: 'ChecksumMismatch',
    nonRetryable: true,
  });
});

test('a part of another length, as a late writer may leave it, fails as UploadGone', async () => {
  const input = await filled();
  await overwritePart(input, Buffer.from('short'));
  await expect(bench.run('completeUpload', [input])).rejects.toMatchObject({ type: 'UploadGone' });
  expect(await exists(input.archive.key)).toBe(false);
});

test('other bytes in a part of the right length are rejected by S3 and fail as UploadGone at once', async () => {
  const input = await filled();
  await overwritePart(input, Buffer.alloc(MIB));
  await expect(bench.run('completeUpload', [input])).rejects.toMatchObject({ type: 'UploadGone', nonRetryable: true });
  expect(await exists(input.archive.key)).toBe(false);
});

test('an object that appeared under the key in the meantime is not touched', async () => {
  const input = await filled();
  await bench.putObject(input.archive.key, 'stranger');
  await expect(bench.run('completeUpload', [input])).rejects.toMatchObject({ type: 'KeyTaken', nonRetryable: true });
  expect(await bench.getText(input.archive.key)).toBe('stranger');
});

test('an upload is aborted with its parts, and may be aborted twice', async () => {
  const input = await filled();
  await bench.run('abortUpload', [input]);
  await bench.run('abortUpload', [input], { attempt: 2 });
  expect(await openUploads(input.archive.key)).toEqual([]);
  await expect(bench.run('completeUpload', [input])).rejects.toMatchObject({ type: 'UploadGone' });
});

test('an abort is repeated until no part that was in flight is left', async () => {
  const input = await filled();
  let late = 1;
  const aborts: string[] = [];
  bench.proxy.fault = (method, url) => {
    if (method === 'DELETE') aborts.push(url);
    if (method !== 'GET' || !url.includes('max-parts=1') || late-- <= 0) return null;
    const body = '<ListPartsResult><Part><PartNumber>1</PartNumber><Size>5</Size></Part></ListPartsResult>';
    return { kind: 'reply', status: 200, body };
  };
  await bench.run('abortUpload', [input]);
  expect(aborts).toHaveLength(2);
});

test.each(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'BadDigest', 'ConditionalRequestConflict'])(
  'a completion that fails with %s fails as UploadGone instead of being retried',
  async (code) => {
    const input = await filled();
    bench.sandbox.faults.add({ rules: [{ fault: 'error', on: 's3:CompleteMultipartUpload', code, status: 400 }] });
    await expect(bench.run('completeUpload', [input])).rejects.toMatchObject({
      type: 'UploadGone',
      nonRetryable: true,
    });
  },
);

test('an error inside a successful response of CompleteMultipartUpload is not taken for success', async () => {
  const input = await filled();
  const rule = { fault: 'error-in-success', on: 's3:CompleteMultipartUpload', code: 'InternalError' } as const;
  bench.sandbox.faults.add({ rules: [rule] });
  await expect(bench.run('completeUpload', [input])).rejects.toMatchObject({
    type: 'Unavailable',
    nonRetryable: false,
  });
  expect(await exists(input.archive.key)).toBe(false);
  bench.sandbox.faults.clear();
  expect(await bench.run('completeUpload', [input], { attempt: 2 })).toMatchObject({ adopted: false });
});

test('a completion whose connection broke is found by the next attempt', async () => {
  const input = await filled();
  bench.sandbox.faults.add({ rules: [{ fault: 'lose-reply', on: 's3:CompleteMultipartUpload' }] });
  await bench.run('completeUpload', [input]).catch(() => undefined);
  expect(await bench.run('completeUpload', [input], { attempt: 2 })).toMatchObject({ adopted: true });
  expect(await openUploads(input.archive.key)).toEqual([]);
});

describe('an upload whose creation was not reported', () => {
  let row: ArchiveRow;
  let sinceMs: number;
  beforeEach(() => {
    counter += 1;
    row = { ...archive, key: `upload/${counter}` };
    sinceMs = Date.now();
  });
  const create = (attempt: number, scheduledTimestampMs = sinceMs): Promise<string> =>
    bench.run('createUpload', [SETTINGS, row], { attempt, scheduledTimestampMs });
  const abortStray = (): Promise<void> => bench.run('abortStrayUploads', [SETTINGS, row, sinceMs]);
  const isCreation = (method: string, url: string): boolean => method === 'POST' && url.includes('?uploads');

  const open = async (fields: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> => {
    const { bucket: Bucket, storageClass: StorageClass } = SETTINGS;
    const ours = {
      Bucket,
      Key: row.key,
      StorageClass,
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
    } as const;
    return (await bench.clients.s3.send(new CreateMultipartUploadCommand({ ...ours, ...fields }))).UploadId ?? '';
  };
  const strangers = () =>
    Promise.all([
      open({ StorageClass: 'STANDARD' }),
      open({ ChecksumType: 'COMPOSITE' }),
      open({ ChecksumAlgorithm: 'CRC64NVME' }),
      open({ ChecksumAlgorithm: undefined, ChecksumType: undefined }),
      open({ Key: `${row.key}0` }),
      open({ Key: `${row.key}/x` }),
    ]);

  test('is used by the retry and created once', async () => {
    let requests = 0;
    bench.proxy.fault = (method, url) => {
      if (!isCreation(method, url)) return null;
      requests += 1;
      return { kind: 'lose' };
    };
    await expect(create(1)).rejects.toMatchObject({ type: 'Unavailable', nonRetryable: false });
    bench.proxy.fault = () => null;
    const uploadId = await create(2);
    expect(requests).toBe(1);
    expect(await openUploads(row.key)).toEqual([uploadId]);
  });

  test('is aborted, and no other upload', async () => {
    const others = await strangers();
    await open();
    await abortStray();
    await abortStray();
    expect((await openUploads(row.key)).toSorted()).toEqual(others.toSorted());
  });

  test('is kept if there are several, and the others are aborted', async () => {
    const opened = [await open(), await open(), await open()];
    const uploadId = await create(2);
    expect(opened).toContain(uploadId);
    expect(await openUploads(row.key)).toEqual([uploadId]);
  });

  test('is not confused with uploads of others or with older ones', async () => {
    const others = await strangers();
    const uploadId = await create(2);
    expect(others).not.toContain(uploadId);
    const later = await create(2, sinceMs + 3_600_000);
    expect((await openUploads(row.key)).toSorted()).toEqual([...others, uploadId, later].toSorted());
  });

  test('is found after a page of other uploads', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => open({ StorageClass: 'STANDARD' })));
    const ours = await open();
    let pages = 0;
    bench.clients.s3.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'ListMultipartUploadsCommand') return await next(args);
          pages += 1;
          return await next({ ...args, input: { ...args.input, MaxUploads: 2 } });
        },
      { step: 'initialize', name: 'small-pages' },
    );
    try {
      expect(await create(2)).toBe(ours);
      expect(pages).toBeGreaterThan(1);
    } finally {
      bench.clients.s3.middlewareStack.remove('small-pages');
    }
    expect(await openUploads(row.key)).toHaveLength(opened.length + 1);
  });
});
