import { crc32 } from 'node:zlib';
import { PutObjectCommand, RestoreObjectCommand, type StorageClass } from '@aws-sdk/client-s3';
import { ObjectReading } from '../src/aws/read-back';
import { objectMetadata } from '../src/aws/s3-objects';
import { crc32ToBase64 } from '../src/domain/crc32-combine';
import type { ArchiveRow } from '../src/wire/inventory';
import type { StoredObject } from '../src/wire/receipt';
import { bytesOf, startActivityBench, type ActivityBench, type Attempt } from '../test/support/activity-bench';
import { withSameCrc32 } from '../test/support/same-crc32';
import { SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';

const MIB = 2 ** 20;
const BYTES = bytesOf('adopted', 4 * MIB + 3);
const SETTINGS_READING = { ...SETTINGS, readAdopted: true };
const CRC32 = crc32ToBase64(crc32(BYTES));

let bench: ActivityBench;
let archive: ArchiveRow;
let keys = 0;

beforeAll(async () => {
  bench = await startActivityBench();
  archive = await bench.archive(0, BYTES);
});
beforeEach(() => {
  keys += 1;
  archive = { ...archive, key: `adopted/${keys}` };
});
afterEach(() => {
  bench.proxy.fault = () => null;
  bench.sandbox.faults.clear();
});
afterAll(() => bench.close());

/** An object with this archive's metadata and the CRC32 of its bytes. */
async function plant(Body: Buffer, storageClass: StorageClass = 'STANDARD'): Promise<void> {
  await bench.clients.s3.send(
    new PutObjectCommand({
      Bucket: SETTINGS.bucket,
      Key: archive.key,
      Body,
      StorageClass: storageClass,
      ChecksumAlgorithm: 'CRC32',
      Metadata: objectMetadata(archive),
    }),
  );
}
const adopt = (knownCrc32: string | null = null, attempt: Attempt = {}): Promise<StoredObject | null> =>
  bench.run('readAdopted', [{ settings: SETTINGS_READING, archive, crc32: knownCrc32, progress: null }], attempt);

test('an object whose bytes match the inventory is adopted with the proof read-back', async () => {
  await plant(BYTES, 'GLACIER_IR');
  expect(await adopt()).toMatchObject({
    adopted: true,
    proof: 'read-back',
    crc32: CRC32,
    treeHash: archive.treeHash,
    storageClass: 'GLACIER_IR',
  });
});

test.each<[string, string | null]>([
  ['before the retrieval', null],
  ['if this run has had the bytes', CRC32],
])('a forged object with the same size, CRC32 and metadata is rejected %s and not touched', async (_, known) => {
  const forged = withSameCrc32(BYTES);
  expect([crc32(forged), forged.equals(BYTES)]).toEqual([crc32(BYTES), false]);
  await plant(forged);
  await expect(adopt(known)).rejects.toMatchObject({
    type: 'KeyTaken',
    nonRetryable: true,
    message: expect.stringMatching(/holds other bytes \(read back, they hash to .* instead of .*It was not touched/),
  });
  expect(await bench.getText(archive.key)).toBe(forged.toString('utf8'));
});

test.each<StorageClass>(['DEEP_ARCHIVE', 'GLACIER'])(
  'an object in %s is not adopted without reading it, but is once it has been restored',
  async (storageClass) => {
    await plant(BYTES, storageClass);
    await expect(adopt()).rejects.toMatchObject({
      type: 'NotReadable',
      nonRetryable: true,
      message: expect.stringMatching(new RegExp(`archived \\(${storageClass}\\).*Restore it .*without --read-adopted`)),
    });
    const at = { Bucket: SETTINGS.bucket, Key: archive.key };
    await bench.clients.s3.send(new RestoreObjectCommand({ ...at, RestoreRequest: { Days: 1 } }));
    expect(await adopt()).toMatchObject({ proof: 'read-back' });
  },
);

test('an archived object is compared with the bytes that this run has had', async () => {
  await plant(BYTES, 'DEEP_ARCHIVE');
  expect(await adopt(CRC32)).toMatchObject({ proof: 'crc32' });
  await expect(adopt('AAAAAA==')).rejects.toMatchObject({ type: 'KeyTaken' });
});

test('an object archived while it is read is treated like one archived before', async () => {
  await plant(BYTES);
  bench.sandbox.faults.add({
    rules: [{ fault: 'error', on: 's3:GetObject', code: 'InvalidObjectState', status: 403 }],
  });
  await expect(adopt()).rejects.toMatchObject({ type: 'NotReadable' });
  expect(await adopt(CRC32)).toMatchObject({ proof: 'crc32' });
});

test('reading an object that no longer exists returns null', async () => {
  expect(await adopt()).toBeNull();
});

test('an object that changes while it is read fails retryably', async () => {
  await plant(BYTES);
  bench.sandbox.faults.add({
    rules: [{ fault: 'error', on: 's3:GetObject', code: 'PreconditionFailed', status: 412 }],
  });
  await expect(adopt()).rejects.toMatchObject({ type: 'Unavailable', nonRetryable: false });
});

test('a bit flipped on the line does not fail the adoption', async () => {
  await plant(BYTES);
  bench.sandbox.faults.add({ rules: [{ fault: 'flip-bit', on: 's3:GetObject', times: 1 }] });
  expect(await adopt()).toMatchObject({ proof: 'read-back' });
});

test('a missing read permission is a problem of the run, not of the archive', async () => {
  await plant(BYTES);
  bench.sandbox.faults.add({ rules: [{ fault: 'error', on: 's3:GetObject', code: 'AccessDenied', status: 403 }] });
  await expect(adopt()).rejects.toMatchObject({
    type: 'AccessDenied',
    details: [expect.objectContaining({ reads: 0 })],
  });
});

test('cancelling the reading of an object ends it with its progress', async () => {
  await plant(BYTES);
  bench.proxy.fault = (method) => (method === 'GET' ? { kind: 'stall', afterBytes: MIB } : null);
  const reading = adopt(null, { onHeartbeat: (_details, environment) => environment.cancel('CANCELLED') });
  await expect(reading).rejects.toMatchObject({
    message: 'CANCELLED',
    details: [expect.objectContaining({ reads: 0, doneBytes: expect.any(Number) as number })],
  });
});

test('a retry that dies before its first request keeps the progress of earlier attempts', async () => {
  const progress = { etag: '"e"', reads: 1, doneBytes: MIB, roots: [{ leaves: 1, root: '00'.repeat(32) }] };
  const heartbeats: unknown[] = [];
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => (release = resolve));
  bench.proxy.fault = (method) => (method === 'HEAD' ? { kind: 'hold', until } : null);
  const adopted = adopt(null, {
    attempt: 2,
    heartbeatDetails: progress,
    onHeartbeat: (details) => {
      heartbeats.push(details);
      release();
    },
  });
  expect(await adopted).toBeNull();
  expect(heartbeats[0]).toMatchObject(progress);
});

test('an interrupted reading continues from its heartbeat if the object is still the same', async () => {
  await plant(BYTES);
  const { s3 } = bench.clients;
  const abort = new AbortController();
  const { stored } = (await bench.run('initiateRetrieval', await inShard())) as { stored: StoredObject };
  bench.proxy.fault = (method) => (method === 'GET' ? { kind: 'stall', afterBytes: 2 * MIB + 500 } : null);
  const first = new ObjectReading(s3, SETTINGS, archive);
  const ended = first.run(stored, abort.signal).catch((error: Error) => error.message);
  await until(() => first.progress().doneBytes === 2 * MIB);
  abort.abort(new Error('enough'));
  expect(await ended).toBe('enough');
  bench.proxy.fault = () => null;

  const ranges: unknown[] = [];
  s3.middlewareStack.add(
    (next) => (args) => {
      ranges.push((args.input as { Range?: string }).Range);
      return next(args);
    },
    { step: 'initialize', name: 'ranges' },
  );
  try {
    const progress = JSON.parse(JSON.stringify(first.progress())) as ReturnType<typeof first.progress>;
    const never = new AbortController().signal;
    const second = new ObjectReading(s3, SETTINGS, archive, progress);
    expect(await second.run(stored, never)).toEqual({ kind: 'same' });
    const other = new ObjectReading(s3, SETTINGS, archive, { ...progress, etag: '"other"' });
    expect(await other.run(stored, never)).toEqual({ kind: 'same' });
  } finally {
    s3.middlewareStack.remove('ranges');
  }
  expect(ranges).toEqual([`bytes=${2 * MIB}-`, undefined]);
});

/** Input of `initiateRetrieval` for this archive. */
async function inShard(): Promise<[typeof SETTINGS, number, number, string, boolean]> {
  await bench.putShard(keys, [archive]);
  return [SETTINGS, keys, 0, 'run-1/archive-x', false];
}

describe('without readAdopted', () => {
  test('an object is adopted by metadata and size with the proof metadata', async () => {
    await plant(BYTES, 'DEEP_ARCHIVE');
    expect(await bench.run('initiateRetrieval', await inShard())).toMatchObject({
      stored: { adopted: true, proof: 'metadata', crc32: CRC32 },
    });
  });
});
