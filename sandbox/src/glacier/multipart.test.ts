import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateVaultCommand,
  DescribeVaultCommand,
  type GlacierClient,
  InitiateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadMultipartPartCommand,
} from '@aws-sdk/client-glacier';
import { type GlacierSandbox, startGlacierSandbox, vault } from './testing/glacier-sandbox';

const MIB = 1024 * 1024;
/** Published tree hash of 4 MiB + 20 bytes of `a`. */
const TREE_HASH = '12f3cbd6101b981cde074039f6f728071da8879d6f632de8afc7cdf00661b08f';
const BYTES = Buffer.alloc(4 * MIB + 20, 'a');
let sandbox: GlacierSandbox;
let glacier: GlacierClient;

beforeEach(async () => {
  sandbox = await startGlacierSandbox();
  ({ glacier } = sandbox);
  await glacier.send(new CreateVaultCommand(vault));
});

afterEach(() => sandbox.close());

async function initiate(partSizeBytes: number, archiveDescription = 'big'): Promise<string> {
  const upload = { ...vault, partSize: String(partSizeBytes), archiveDescription };
  const { uploadId } = await glacier.send(new InitiateMultipartUploadCommand(upload));
  expect(uploadId).toMatch(/^[A-Za-z0-9_-]{92}$/);
  return uploadId ?? '';
}

async function sendPart(uploadId: string, start: number, body: Buffer): Promise<string | undefined> {
  const range = `bytes ${start}-${start + body.length - 1}/*`;
  const { checksum } = await glacier.send(new UploadMultipartPartCommand({ ...vault, uploadId, range, body }));
  return checksum;
}

const complete = (uploadId: string, archiveSize: number, checksum = TREE_HASH) =>
  glacier.send(new CompleteMultipartUploadCommand({ ...vault, uploadId, archiveSize: String(archiveSize), checksum }));

test('parts in any order make one archive, and completing again returns the same one', async () => {
  const uploadId = await initiate(2 * MIB);
  for (const start of [4 * MIB, 0, 2 * MIB]) await sendPart(uploadId, start, BYTES.subarray(start, start + 2 * MIB));
  const archive = await complete(uploadId, BYTES.length);
  expect(archive).toMatchObject({ checksum: TREE_HASH });
  expect(archive.archiveId).toHaveLength(138);
  expect((await complete(uploadId, BYTES.length)).archiveId).toBe(archive.archiveId);
  expect(await glacier.send(new DescribeVaultCommand(vault))).toMatchObject({ NumberOfArchives: 1 });
  await expect(glacier.send(new AbortMultipartUploadCommand({ ...vault, uploadId }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `The upload ID was not found: ${uploadId}`,
  });
});

test('a part sent again replaces the earlier one', async () => {
  const uploadId = await initiate(4 * MIB);
  await sendPart(uploadId, 0, Buffer.alloc(4 * MIB, 'b'));
  await sendPart(uploadId, 4 * MIB, BYTES.subarray(4 * MIB));
  await expect(complete(uploadId, BYTES.length)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await sendPart(uploadId, 0, BYTES.subarray(0, 4 * MIB));
  expect(await sandbox.storedFiles()).toHaveLength(2);
  expect(await complete(uploadId, BYTES.length)).toMatchObject({ checksum: TREE_HASH });
});

test.each([
  [
    'a gap',
    [
      [0, MIB],
      [2 * MIB, MIB],
    ],
    3 * MIB,
  ],
  [
    'a short middle part',
    [
      [0, MIB - 1],
      [MIB, MIB],
    ],
    2 * MIB,
  ],
  ['another size than given', [[0, MIB]], 2 * MIB],
  ['no part', [], 0],
])('an upload with %s cannot be completed', async (_name, parts, sizeBytes) => {
  const uploadId = await initiate(MIB);
  for (const [start = 0, length] of parts) await sendPart(uploadId, start, Buffer.alloc(length ?? 0, 'a'));
  await expect(complete(uploadId, sizeBytes)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: expect.stringContaining('The parts of the upload'),
  });
});

test.each(['abc', '-1', '1.5', String(40_000 * 1024 * MIB + 1)])(
  'the archive size %s is rejected',
  async (archiveSize) => {
    const uploadId = await initiate(MIB);
    const whole = { ...vault, uploadId, archiveSize, checksum: TREE_HASH };
    await expect(glacier.send(new CompleteMultipartUploadCommand(whole))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: `Invalid archive size: ${archiveSize}`,
    });
  },
);

test.each([0, 1000, 3 * MIB, 8192 * MIB])('the part size %d is rejected', async (partSizeBytes) => {
  await expect(initiate(partSizeBytes)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test.each([
  ['off its place', 5, 10],
  ['longer than the part size', 0, MIB + 1],
  ['beyond 10,000 parts', 10_000 * MIB, 10],
])('a part that is %s is rejected', async (_name, start, length) => {
  const uploadId = await initiate(MIB);
  await expect(sendPart(uploadId, start, Buffer.alloc(length, 'a'))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  expect(await sandbox.storedFiles()).toEqual([]);
});

test('a part whose range is not as long as its bytes is rejected', async () => {
  const uploadId = await initiate(MIB);
  const part = { ...vault, uploadId, range: 'bytes 0-99/*', body: Buffer.alloc(10) };
  await expect(glacier.send(new UploadMultipartPartCommand(part))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

test('aborting an upload removes its bytes', async () => {
  const uploadId = await initiate(MIB);
  await sendPart(uploadId, 0, Buffer.alloc(10));
  await glacier.send(new AbortMultipartUploadCommand({ ...vault, uploadId }));
  expect(await sandbox.storedFiles()).toEqual([]);
  await expect(sendPart(uploadId, 0, Buffer.alloc(10))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await glacier.send(new AbortMultipartUploadCommand({ ...vault, uploadId }));
});

test.each([
  [{ limit: 0 }, 'Invalid limit: 0 (1 to 50)'],
  [{ limit: 51 }, 'Invalid limit: 51 (1 to 50)'],
  [{ marker: 'x' }, 'Invalid marker: x'],
])('a list of uploads or parts with %j is rejected', async (page, message) => {
  const uploadId = await initiate(MIB);
  const refused = { name: 'InvalidParameterValueException', message };
  await expect(glacier.send(new ListMultipartUploadsCommand({ ...vault, ...page }))).rejects.toMatchObject(refused);
  await expect(glacier.send(new ListPartsCommand({ ...vault, uploadId, ...page }))).rejects.toMatchObject(refused);
});

test('uploads are listed by age, parts by range, in pages', async () => {
  const ids = [await initiate(MIB, 'one'), await initiate(2 * MIB, ' two'), await initiate(MIB, 'three')];
  const first = await glacier.send(new ListMultipartUploadsCommand({ ...vault, limit: 2 }));
  const second = await glacier.send(new ListMultipartUploadsCommand({ ...vault, limit: 2, marker: first.Marker }));
  expect(second.Marker ?? null).toBeNull();
  const uploads = [...(first.UploadsList ?? []), ...(second.UploadsList ?? [])];
  expect(uploads.map((upload) => upload.MultipartUploadId)).toEqual(ids);
  expect(uploads[1]).toMatchObject({ ArchiveDescription: 'two', PartSizeInBytes: 2 * MIB });

  const uploadId = ids[0] ?? '';
  for (const start of [10 * MIB, 0, 2 * MIB]) await sendPart(uploadId, start, Buffer.alloc(5, 'a'));
  const partsPage = await glacier.send(new ListPartsCommand({ ...vault, uploadId, limit: 2 }));
  expect(partsPage).toMatchObject({ MultipartUploadId: uploadId, PartSizeInBytes: MIB, ArchiveDescription: 'one' });
  expect(partsPage.Parts?.map((part) => part.RangeInBytes)).toEqual(['0-4', '2097152-2097156']);
  const lastPage = await glacier.send(new ListPartsCommand({ ...vault, uploadId, marker: partsPage.Marker }));
  expect(lastPage.Parts?.map((part) => part.RangeInBytes)).toEqual(['10485760-10485764']);
});
