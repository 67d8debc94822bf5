import { createHash, randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  RestoreObjectCommand,
} from '@aws-sdk/client-s3';
import { objectMetadata } from '../aws/s3-objects';
import { foldTree, hashLeaf, LEAF_BYTES } from '../domain/tree-hash';
import { startSandboxClients, type SandboxClients } from 'glacier-sandbox/testing';
import type { ArchiveRow } from '../wire/inventory';
import type { Proof, Receipt, StoredObject } from '../wire/receipt';
import type { RunBucket, RecordedArchive } from './check-archive';
import { Sample, type Subset } from './sample';
import { totalVerified, verifyArchives, type Verification } from './verify-archives';

const ACCOUNT_ID = '111122223333';
const FAULTS = [
  { fault: 'reset', on: 's3:GetObject', where: { key: 'broken-off' }, afterBytes: 1_500_000, times: 2 },
  { fault: 'flip-bit', on: 's3:GetObject', where: { key: 'flipped-on-the-line' }, times: 1 },
] as const;

let clients: SandboxClients;
let nextIndex = 0;
let bucketCount = 0;

beforeAll(async () => {
  clients = await startSandboxClients({ faults: { rules: [...FAULTS] } });
});
afterAll(async () => await clients.close());

const treeHashOf = (body: Buffer): string => {
  const leaves: Buffer[] = [];
  for (let at = 0; at < body.length; at += LEAF_BYTES) leaves.push(hashLeaf(body.subarray(at, at + LEAF_BYTES)));
  return foldTree(leaves).toString('hex');
};

function rowOf(key: string, body: Buffer): ArchiveRow {
  const index = nextIndex;
  nextIndex += 1;
  return {
    index,
    archiveId: createHash('sha256').update(key).digest('hex'),
    sizeBytes: body.length,
    treeHash: treeHashOf(body),
    creationDate: '2020-01-01T00:00:00Z',
    description: key,
    key,
    nameFormat: 'plain',
    ownWorkflow: false,
  };
}

/** A separate bucket for a test, with or without versioning. */
async function place(versioned = false): Promise<RunBucket> {
  bucketCount += 1;
  const bucket = `verified-${bucketCount}`;
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  if (versioned) await clients.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  return { s3: clients.s3, bucket, bucketOwner: ACCOUNT_ID };
}

const put = async ({ bucket }: RunBucket, key: string, Body: Buffer, more: object = {}) =>
  await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ChecksumAlgorithm: 'CRC32', ...more }));

/** Stores an archive as a run does, and returns its record. */
async function moved(
  where: RunBucket,
  key: string,
  body = randomBytes(1_000),
  StorageClass: 'STANDARD' | 'DEEP_ARCHIVE' = 'STANDARD',
): Promise<RecordedArchive> {
  const row = rowOf(key, body);
  const reply = await put(where, key, body, { Metadata: objectMetadata(row), StorageClass });
  const stored = {
    key,
    versionId: reply.VersionId ?? null,
    storageClass: StorageClass,
    etag: reply.ETag,
    crc32: reply.ChecksumCRC32,
    sizeBytes: row.sizeBytes,
    treeHash: row.treeHash,
  };
  return { row, receipt: { ...row, outcome: 'verified', stored } as unknown as Receipt };
}

/** The same record with a changed receipt. */
const forged = ({ row, receipt }: RecordedArchive, change: Partial<StoredObject>): RecordedArchive => ({
  row,
  receipt: { ...receipt, stored: { ...receipt?.stored, ...change } } as Receipt,
});

async function* listed(archives: readonly RecordedArchive[]): AsyncGenerator<RecordedArchive> {
  yield* archives;
}

interface Shown {
  readonly verification: Verification;
  /** `key: kind, kind` of each difference, and all messages. */
  readonly kinds: readonly string[];
  readonly messages: readonly string[];
  /** By key; null for a difference. */
  readonly proofs: ReadonlyMap<string, Proof | null>;
}

async function verify(where: RunBucket, archives: readonly RecordedArchive[], subset: Subset = null): Promise<Shown> {
  const kinds: string[] = [];
  const messages: string[] = [];
  const proofs = new Map<string, Proof | null>();
  const sample = new Sample('photos-1', subset, await totalVerified(listed(archives)));
  const verification = await verifyArchives(where, listed(archives), sample, true, {
    difference: async ({ row, findings }) => {
      kinds.push(`${row.key}: ${findings.map(({ kind }) => kind).join(', ')}`);
      messages.push(...findings.map(({ message }) => message));
    },
    checked: async ({ key }, proof) => void proofs.set(key, proof),
  });
  return { verification, kinds: kinds.toSorted(), messages, proofs };
}

test('unchanged objects verify without differences, with and without versioning', async () => {
  for (const versioned of [false, true]) {
    const where = await place(versioned);
    const archives = [await moved(where, 'a'), await moved(where, 'b', randomBytes(3 * LEAF_BYTES + 7))];
    const { verification, kinds } = await verify(where, archives, 'all');
    expect(kinds).toEqual([]);
    expect(verification).toMatchObject({ archives: 2, verified: 2, different: 0, readObjects: 2, otherClass: 0 });
    expect(verification.readBytes).toBe(BigInt(3 * LEAF_BYTES + 1_007));
  }
});

test('deleted, overwritten and renamed objects are detected by their attributes', async () => {
  const where = await place();
  const keys = ['deleted', 'overwritten', 'same-metadata', 'shorter', 'renamed', 'untouched'];
  const contents = new Map(keys.map((key) => [key, randomBytes(1_000)]));
  const archives = await Promise.all([...contents].map(([key, body]) => moved(where, key, body)));
  const metadataOf = (key: string) => objectMetadata(archives[keys.indexOf(key)]?.row as ArchiveRow);
  await clients.s3.send(new DeleteObjectCommand({ Bucket: where.bucket, Key: 'deleted' }));
  await put(where, 'overwritten', randomBytes(1_000));
  await put(where, 'same-metadata', randomBytes(1_000), { Metadata: metadataOf('same-metadata') });
  await put(where, 'shorter', randomBytes(999), { Metadata: metadataOf('shorter') });
  await put(where, 'renamed', contents.get('renamed') as Buffer, {
    Metadata: { ...metadataOf('renamed'), 'glacier-archive-id': 'another' },
  });
  const { verification, kinds, messages } = await verify(where, archives);
  expect(kinds).toEqual([
    'deleted: missing',
    'overwritten: checksum, etag, metadata',
    'renamed: metadata',
    'same-metadata: checksum, etag',
    'shorter: size, checksum, etag',
  ]);
  expect(messages).toContain('its metadata names archive another');
  expect(messages).toContain('the size is 999 instead of 1000');
  expect(verification).toMatchObject({ verified: 6, different: 5 });
});

test('a newer version, a delete marker and a missing version are detected', async () => {
  const where = await place(true);
  const archives = await Promise.all(['newer', 'marked', 'gone', 'untouched'].map((key) => moved(where, key)));
  const [newer, , gone] = archives as [RecordedArchive, RecordedArchive, RecordedArchive];
  await put(where, 'newer', Buffer.from('x'), { Metadata: objectMetadata(newer.row) });
  await clients.s3.send(new DeleteObjectCommand({ Bucket: where.bucket, Key: 'marked' }));
  const VersionId = gone.receipt?.stored?.versionId ?? '';
  await clients.s3.send(new DeleteObjectCommand({ Bucket: where.bucket, Key: 'gone', VersionId }));

  const { kinds, messages } = await verify(where, archives);
  expect(kinds).toEqual(['gone: missing', 'marked: missing', 'newer: version, size, checksum, etag']);
  expect(messages).toContain(`the object was deleted; the verified version ${VersionId} is gone`);
  expect(messages.filter((message) => message.endsWith('is still there'))).toHaveLength(2);
});

test('an object stored before versioning was enabled verifies', async () => {
  const where = await place();
  const archives = [await moved(where, 'kept'), await moved(where, 'covered')];
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await clients.s3.send(new PutBucketVersioningCommand({ Bucket: where.bucket, VersioningConfiguration }));
  await put(where, 'covered', randomBytes(1_000), { Metadata: objectMetadata(archives[1]?.row as ArchiveRow) });
  const { kinds, messages } = await verify(where, archives, 'all');
  expect(kinds).toEqual(['covered: version, checksum, etag']);
  expect(messages[0]).toMatch(/is the current one; the verified version null is still there$/);
});

test('other bytes under a forged receipt are detected by reading them', async () => {
  const where = await place();
  const archive = await moved(where, 'swapped', randomBytes(LEAF_BYTES + 1));
  const Metadata = objectMetadata(archive.row);
  const { ETag: etag = '', ChecksumCRC32: crc32 = '' } = await put(where, 'swapped', randomBytes(LEAF_BYTES + 1), {
    Metadata,
  });
  const records = [forged(archive, { etag, crc32 })];
  expect((await verify(where, records)).kinds).toEqual([]);
  const { kinds, messages } = await verify(where, records, { share: 1 });
  expect(kinds).toEqual(['swapped: bytes']);
  expect(messages[0]).toContain(`instead of ${archive.row.treeHash}`);
});

/** Stores an archive of at most 1 MiB as a run does. */
async function movedSmall(where: RunBucket, key: string, body = randomBytes(1_000)): Promise<RecordedArchive> {
  const archive = await moved(where, key, body);
  const { ETag: etag = '', VersionId: versionId = null } = await put(where, key, body, {
    ChecksumAlgorithm: 'SHA256',
    Metadata: objectMetadata(archive.row),
  });
  return forged(archive, { etag, versionId, crc32: null, adopted: false, proof: 'sha256' });
}

test('the verification reports the proof of each archive and counts the proofs', async () => {
  const where = await place();
  const archives = [
    await movedSmall(where, 'small'),
    forged(await moved(where, 'crc'), { adopted: false, proof: 'crc32' }),
    forged(await moved(where, 'read-once'), { adopted: true, proof: 'read-back' }),
    forged(await moved(where, 'adopted'), { adopted: true, proof: 'metadata' }),
    forged(await moved(where, 'adopted-before'), { adopted: true }),
    await moved(where, 'moved-before'),
    forged(await moved(where, 'other'), { etag: '"other"' }),
  ];
  const expected = {
    small: 'sha256',
    crc: 'crc32',
    'read-once': 'crc32',
    adopted: 'metadata',
    'adopted-before': 'metadata',
    'moved-before': 'crc32',
    other: null,
  };
  const checked = await verify(where, archives);
  expect(Object.fromEntries(checked.proofs)).toEqual(expected);
  expect(checked.verification.proofs).toEqual({ sha256: 1, 'read-back': 0, crc32: 3, metadata: 2 });
  const read = await verify(where, archives, 'all');
  expect(read.verification.proofs).toEqual({ sha256: 0, 'read-back': 6, crc32: 0, metadata: 0 });
});

test('a missing or different SHA-256 of an object is a difference', async () => {
  const where = await place();
  const archives = [await movedSmall(where, 'crc-now'), await movedSmall(where, 'other-bytes')];
  const [crcNow, otherBytes] = archives as [RecordedArchive, RecordedArchive];
  const bytes = randomBytes(1_000);
  const crc = await put(where, 'crc-now', bytes, { Metadata: objectMetadata(crcNow.row) });
  const sha = await put(where, 'other-bytes', bytes, {
    ChecksumAlgorithm: 'SHA256',
    Metadata: objectMetadata(otherBytes.row),
  });
  const records = [forged(crcNow, { etag: crc.ETag ?? '' }), forged(otherBytes, { etag: sha.ETag ?? '' })];
  const { kinds, messages } = await verify(where, records);
  expect(kinds).toEqual(['crc-now: checksum', 'other-bytes: checksum']);
  expect(messages).toContainEqual(expect.stringMatching(/^the object's SHA-256 is unknown instead of /));
  expect(messages).toContainEqual(expect.stringContaining(`SHA-256 is ${sha.ChecksumSHA256} instead of`));
});

test('a broken-off body is continued and one corrupted on the line is read again', async () => {
  const where = await place();
  const body = randomBytes(4 * LEAF_BYTES + 5);
  const archives = [await moved(where, 'broken-off', body), await moved(where, 'flipped-on-the-line', body)];
  expect((await verify(where, archives, 'all')).kinds).toEqual([]);
  expect(clients.sandbox.faults.report()).toMatchObject([
    { rule: { fault: 'reset' }, injected: 2, matched: 3 },
    { rule: { fault: 'flip-bit' }, injected: 1, matched: 2 },
  ]);
});

test('archived objects are not read until they are restored', async () => {
  const where = await place();
  const archives = [await moved(where, 'deep', randomBytes(10), 'DEEP_ARCHIVE')];
  expect((await verify(where, archives, 'all')).verification).toMatchObject({ archivedObjects: 1, readObjects: 0 });

  await clients.s3.send(new RestoreObjectCommand({ Bucket: where.bucket, Key: 'deep', RestoreRequest: { Days: 1 } }));
  const { verification, kinds } = await verify(where, archives, 'all');
  expect(kinds).toEqual([]);
  expect(verification).toMatchObject({ archivedObjects: 0, readObjects: 1 });
});

test('a changed storage class is counted but is not a difference', async () => {
  const where = await place();
  const archives = [forged(await moved(where, 'a'), { storageClass: 'STANDARD_IA' })];
  const { verification } = await verify(where, archives);
  expect(verification).toMatchObject({ different: 0, otherClass: 1 });
});

test('contradictory records are differences', async () => {
  const where = await place();
  const [whole, resized, none] = [await moved(where, 'a'), await moved(where, 'b'), await moved(where, 'c')];
  const [foreign, odd] = [await moved(where, 'f'), await moved(where, 'g')];
  const failed = { row: rowOf('d', Buffer.from('d')), receipt: { outcome: 'failed' } as Receipt };
  const shared = { row: { ...rowOf('e', Buffer.from('e')), key: 'a' }, receipt: whole.receipt };
  const twin: RecordedArchive = {
    ...shared,
    receipt: { ...shared.row, outcome: 'verified', stored: { ...whole.receipt?.stored, ...shared.row } } as never,
  };
  const { verification, kinds, messages } = await verify(where, [
    whole,
    forged(resized, { sizeBytes: 3 }),
    { ...none, receipt: null },
    { row: foreign.row, receipt: { ...foreign.receipt, treeHash: none.row.treeHash } as Receipt },
    { row: odd.row, receipt: { ...odd.receipt, outcome: 'constructor' } as unknown as Receipt },
    failed,
    twin,
  ]);
  expect(kinds).toEqual(['a: size, metadata', 'b: receipt', 'c: no-receipt', 'f: receipt', 'g: no-receipt']);
  expect(messages).toContain('the receipt and the list of archives differ in sizeBytes');
  expect(messages).toContain('the receipt and the list of archives differ in treeHash');
  expect(messages).toContain(`its metadata names archive ${whole.row.archiveId}`);
  expect(verification).toMatchObject({ archives: 7, verified: 4, failed: 1, withoutReceipt: 2, different: 5 });
});

test('a bucket of another account is not trusted', async () => {
  const where = await place();
  const archives = [await moved(where, 'a')];
  await expect(verify({ ...where, bucketOwner: '999999999999' }, archives)).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
});
