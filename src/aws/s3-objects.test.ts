import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { bytesOf, startActivityBench, type ActivityBench } from '../../test/support/activity-bench';
import { withSameCrc32 } from '../../test/support/same-crc32';
import { SETTINGS } from '../../test/support/samples';
import { BodyReader } from '../bytes/body-reader';
import { readPart } from '../bytes/part';
import { requestKey } from '../ids';
import type { ArchiveRow } from '../wire/inventory';
import type { StoredObject } from '../wire/receipt';
import type { RunSettings } from '../wire/request';
import { putText } from '../run-folder/run-files';
import { isOurObject, lookAtKey, objectMetadata, putWhole } from './s3-objects';

const BYTES = bytesOf('key', 1_000);
const STRANGER = Buffer.from('stranger');
const NEVER = new AbortController().signal;

let bench: ActivityBench;
let source: ArchiveRow;
let archive: ArchiveRow;
let keys = 0;

beforeAll(async () => {
  bench = await startActivityBench();
  source = await bench.archive(0, BYTES);
});
beforeEach(() => {
  keys += 1;
  archive = { ...source, key: `keys/${keys}` };
});
afterAll(() => bench.close());

/** Stores the archive as a batch does, with verified bytes. */
async function put(settings: RunSettings = SETTINGS): Promise<StoredObject> {
  const body = new BodyReader(Readable.from([BYTES]));
  const part = await readPart(body, BYTES.length, bench.dependencies.pool, NEVER);
  try {
    return await putWhole(bench.clients, settings, archive, part, NEVER);
  } finally {
    part.release();
    body.close();
  }
}
const place = (settings: RunSettings) => ({ Bucket: settings.bucket, Key: archive.key });
async function putAnother(fields: Partial<PutObjectCommandInput>, settings = SETTINGS): Promise<void> {
  await bench.clients.s3.send(
    new PutObjectCommand({
      ...place(settings),
      Body: BYTES,
      ChecksumAlgorithm: 'CRC32',
      Metadata: objectMetadata(archive),
      ...fields,
    }),
  );
}
async function contentOf(settings: RunSettings, VersionId?: string): Promise<Buffer> {
  const reply = await bench.clients.s3.send(
    new GetObjectCommand({ ...place(settings), ...(VersionId === undefined ? {} : { VersionId }) }),
  );
  return await buffer(reply.Body as Readable);
}
async function newBucket(name: string, ObjectLockEnabledForBucket = false): Promise<RunSettings> {
  await bench.clients.s3.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await bench.clients.s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  return { ...SETTINGS, bucket: name };
}

test('an object with the metadata, size and checksum of the archive is adopted', async () => {
  await putAnother({ StorageClass: 'GLACIER_IR' });
  expect(await put()).toMatchObject({ adopted: true, storageClass: 'GLACIER_IR', sizeBytes: BYTES.length });
});

test.each<[string, () => Partial<PutObjectCommandInput>]>([
  ['other metadata', () => ({ Metadata: { ...objectMetadata(archive), 'glacier-archive-id': 'other' } })],
  ['another tree hash', () => ({ Metadata: { ...objectMetadata(archive), 'glacier-tree-hash': '00'.repeat(32) } })],
  ['no metadata', () => ({ Metadata: {} })],
  ['another size', () => ({ Body: BYTES.subarray(1) })],
  ['another algorithm', () => ({ ChecksumAlgorithm: 'CRC64NVME' })],
])('an object with %s is rejected with the reason and not touched', async (_name, fields) => {
  await putAnother(fields());
  const before = await contentOf(SETTINGS);
  const taken = { type: 'KeyTaken', message: expect.stringContaining('It was not touched') as string };
  await expect(lookAtKey(bench.clients.s3, SETTINGS, archive)).rejects.toMatchObject(taken);
  await expect(put()).rejects.toMatchObject(taken);
  expect((await contentOf(SETTINGS)).equals(before)).toBe(true);
});

test('S3 checks and stores the SHA-256 of an object of at most 1 MiB, which is the tree hash', async () => {
  expect(await put()).toMatchObject({ adopted: false, proof: 'sha256', crc32: null });
  const head = await bench.clients.s3.send(new HeadObjectCommand({ ...place(SETTINGS), ChecksumMode: 'ENABLED' }));
  const ChecksumSHA256 = Buffer.from(archive.treeHash, 'hex').toString('base64');
  expect(head).toMatchObject({ ChecksumSHA256, ChecksumType: 'FULL_OBJECT' });
  expect(head.ChecksumCRC32).toBeUndefined();
  expect(await lookAtKey(bench.clients.s3, SETTINGS, archive)).toMatchObject({
    kind: 'same',
    stored: { adopted: true, proof: 'sha256', crc32: null },
  });
  expect(await put()).toMatchObject({ adopted: true, proof: 'sha256' });
});

test('S3 rejects bytes that differ from the inventory', async () => {
  archive = { ...archive, treeHash: '00'.repeat(32) };
  await expect(put()).rejects.toMatchObject({ name: 'BadDigest' });
});

test('an object with only a CRC32 is adopted by the weaker proof', async () => {
  await putAnother({});
  expect(await lookAtKey(bench.clients.s3, SETTINGS, archive)).toMatchObject({ stored: { proof: 'metadata' } });
  expect(await put()).toMatchObject({ adopted: true, proof: 'crc32', crc32: expect.any(String) as string });
});

test('an object with another SHA-256 is rejected even if its CRC32 matches', async () => {
  const forged = withSameCrc32(BYTES);
  await putAnother({ Body: forged, ChecksumAlgorithm: 'SHA256' });
  const taken = {
    type: 'KeyTaken',
    message: expect.stringMatching(/holds other bytes \(SHA-256 .* instead of/) as string,
  };
  await expect(lookAtKey(bench.clients.s3, SETTINGS, archive)).rejects.toMatchObject(taken);
  await expect(put()).rejects.toMatchObject(taken);
  expect((await contentOf(SETTINGS)).equals(forged)).toBe(true);
});

test('an object with the metadata of the archive but other bytes is rejected once the bytes are known', async () => {
  await putAnother({ Body: Buffer.alloc(BYTES.length) });
  await expect(put()).rejects.toMatchObject({
    type: 'KeyTaken',
    message: expect.stringContaining('holds other bytes') as string,
  });
});

test('an existing key is not overwritten in a bucket with versioning', async () => {
  const settings = await newBucket('versioned');
  await putAnother({ Body: STRANGER, Metadata: {} }, settings);
  await expect(put(settings)).rejects.toMatchObject({ type: 'KeyTaken' });
  expect((await contentOf(settings)).equals(STRANGER)).toBe(true);
});

test('a key under a delete marker is free, and the hidden version is kept', async () => {
  const settings = await newBucket('marked');
  await putAnother({ Body: STRANGER, Metadata: {} }, settings);
  const hidden = await bench.clients.s3.send(new HeadObjectCommand(place(settings)));
  await bench.clients.s3.send(new DeleteObjectCommand(place(settings)));
  expect(await lookAtKey(bench.clients.s3, settings, archive)).toEqual({ kind: 'absent' });
  const stored = await put(settings);
  expect(stored).toMatchObject({ adopted: false, versionId: expect.stringMatching(/./) as string });
  expect((await contentOf(settings)).equals(BYTES)).toBe(true);
  expect((await contentOf(settings, hidden.VersionId)).equals(STRANGER)).toBe(true);
});

test('a bucket with default Object Lock retention accepts archives and the files of the run', async () => {
  const settings = await newBucket('locked', true);
  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } as const;
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
  await bench.clients.s3.send(
    new PutObjectLockConfigurationCommand({ Bucket: settings.bucket, ObjectLockConfiguration }),
  );
  expect(await put(settings)).toMatchObject({ adopted: false });
  expect(await put(settings)).toMatchObject({ adopted: true });
  await putText(bench.clients.s3, settings, requestKey('locked'), '{}');
  await putText(bench.clients.s3, settings, requestKey('locked'), '{}');
});

const DESCRIBED: ArchiveRow = {
  index: 0,
  archiveId: 'x'.repeat(138),
  sizeBytes: 1,
  treeHash: 'ab'.repeat(32),
  creationDate: '2020-01-01T00:00:00.123Z',
  description: 'd',
  key: 'k',
  nameFormat: 'plain',
  ownWorkflow: false,
};

test('with any description, the metadata of an object is ASCII, fits into 2 KB and names the archive', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1_024 }), (description) => {
      const metadata = objectMetadata({ ...DESCRIBED, description });
      const text = Object.entries(metadata).flat().join('');
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      expect(text.length).toBeLessThanOrEqual(2_048);
      expect(isOurObject(metadata, DESCRIBED)).toBe(true);
      const kept = metadata['glacier-description'];
      expect([undefined, description.toWellFormed()]).toContain(kept === undefined ? kept : decodeURIComponent(kept));
    }),
  );
});

test.each([
  ['no metadata', undefined],
  ['empty metadata', {}],
  ['the metadata of another archive', objectMetadata({ ...DESCRIBED, archiveId: 'y' })],
  ['the metadata of other bytes', objectMetadata({ ...DESCRIBED, treeHash: 'cd'.repeat(32) })],
])('an object with %s is not of this archive', (_name, metadata) =>
  expect(isOurObject(metadata, DESCRIBED)).toBe(false),
);
