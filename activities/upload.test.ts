import { ListMultipartUploadsCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import type { ArchiveRow } from '../src/wire/inventory';
import type { CompleteInput, RangeResult } from '../src/wire/transfer';

const MIB = 2 ** 20;
const BYTES = bytesOf('upload', 17 * MIB);

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
});
afterAll(() => bench.close());

/** An upload with all parts, under a key of its own. */
async function filled(): Promise<CompleteInput> {
  counter += 1;
  const row = { ...archive, key: `upload/${counter}` };
  const uploadId = await bench.run('beginUpload', [SETTINGS, row]);
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
const exists = async (key: string): Promise<boolean> =>
  await bench.getText(key).then(
    () => true,
    () => false,
  );

test('completes an upload once; a repetition adopts what it has made', async () => {
  const input = await filled();
  const stored = await bench.run('finishUpload', [input]);
  expect(stored).toMatchObject({ key: input.archive.key, sizeBytes: BYTES.length, adopted: false });
  const again = await bench.run('finishUpload', [input], { attempt: 2 });
  expect(again).toMatchObject({ etag: stored.etag, crc32: stored.crc32, adopted: true });
});

test('a completion whose answer was lost is found to be done', async () => {
  const input = await filled();
  let lost = 1;
  bench.proxy.fault = (method, url) =>
    method === 'POST' && url.includes('uploadId=') && lost-- > 0 ? { kind: 'lose' } : null;
  expect(await bench.run('finishUpload', [input])).toMatchObject({ adopted: true, treeHash: archive.treeHash });
});

test('bytes that do not hash to the inventory are not completed', async () => {
  const input = await filled();
  const wrong = { ...input, archive: { ...input.archive, treeHash: '00'.repeat(32) } };
  await expect(bench.run('finishUpload', [wrong])).rejects.toMatchObject({ type: 'HashMismatch', nonRetryable: true });
  expect(await exists(input.archive.key)).toBe(false);
});

test('missing ranges are not completed', async () => {
  const input = await filled();
  await expect(bench.run('finishUpload', [{ ...input, ranges: [] }])).rejects.toMatchObject({
    type: 'ChecksumMismatch',
    nonRetryable: true,
  });
});

test('a part of another length, as a late writer may leave it, makes the upload useless', async () => {
  const input = await filled();
  await overwritePart(input, Buffer.from('short'));
  await expect(bench.run('finishUpload', [input])).rejects.toMatchObject({ type: 'UploadGone' });
  expect(await exists(input.archive.key)).toBe(false);
});

test('other bytes in a part of the right length are refused by S3 and sent again, not tried for days', async () => {
  const input = await filled();
  await overwritePart(input, Buffer.alloc(MIB));
  await expect(bench.run('finishUpload', [input])).rejects.toMatchObject({ type: 'UploadGone', nonRetryable: true });
  expect(await exists(input.archive.key)).toBe(false);
});

test('a key that was taken meanwhile is not touched', async () => {
  const input = await filled();
  await bench.putObject(input.archive.key, 'stranger');
  await expect(bench.run('finishUpload', [input])).rejects.toMatchObject({ type: 'KeyTaken', nonRetryable: true });
  expect(await bench.getText(input.archive.key)).toBe('stranger');
});

test('an upload is dropped with its parts, and may be dropped twice', async () => {
  const input = await filled();
  await bench.run('dropUpload', [input]);
  await bench.run('dropUpload', [input], { attempt: 2 });
  const { Uploads } = await bench.clients.s3.send(
    new ListMultipartUploadsCommand({ Bucket: SETTINGS.bucket, Prefix: input.archive.key }),
  );
  expect(Uploads ?? []).toEqual([]);
  await expect(bench.run('finishUpload', [input])).rejects.toMatchObject({ type: 'UploadGone' });
});
