import type { HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { inventorySha256, wholeChecksums } from '../aws/object-checksums';
import type { OwnedBucket } from '../aws/owned-bucket';
import { isReadable } from '../aws/readable';
import { isOurObject, headObject } from '../aws/s3-objects';
import { METADATA_ARCHIVE_ID } from '../ids';
import type { ArchiveRow } from '../wire/inventory';
import type { Proof, StoredObject, Receipt } from '../wire/receipt';

/** One archive in the records of its run; the receipt is null until one is written. */
export interface RecordedArchive {
  readonly row: ArchiveRow;
  readonly receipt: Receipt | null;
}

/** What can be wrong with a verified archive or with the records of its run. */
export type DifferenceKind =
  /** There is no object under the key. */
  | 'missing'
  /** The current version is not the verified one. */
  | 'version'
  | 'size'
  /** A different checksum of the whole object (SHA-256 or CRC32), or none. */
  | 'checksum'
  | 'etag'
  /** The metadata name another archive, or none. */
  | 'metadata'
  /** The bytes do not hash to the tree hash of the inventory. */
  | 'bytes'
  /** The receipt contradicts the list of archives. */
  | 'receipt'
  /** The run is over, but the archive has no receipt. */
  | 'no-receipt';

/** One way in which an archive differs; the message is part of a sentence. */
export interface Finding {
  readonly kind: DifferenceKind;
  readonly message: string;
}

/** All findings about one archive. */
export interface Difference {
  readonly row: ArchiveRow;
  readonly findings: readonly Finding[];
}

const FIELDS = ['archiveId', 'key', 'sizeBytes', 'treeHash'] as const;

/** Compares the receipt of a verified archive with the run's list of archives. */
export function checkReceipt({ row, receipt }: RecordedArchive): readonly Finding[] {
  if (receipt === null) return [];
  const { stored } = receipt;
  if (stored === null) return [wrong('the receipt says "verified" but names no object')];
  const differing = FIELDS.filter((field) => receipt[field] !== row[field]);
  const proof = (['key', 'sizeBytes', 'treeHash'] as const).filter((field) => stored[field] !== row[field]);
  const fields = [...new Set([...differing, ...proof])];
  return fields.length === 0 ? [] : [wrong(`the receipt and the list of archives differ in ${fields.join(', ')}`)];
}

const wrong = (message: string): Finding => ({ kind: 'receipt', message });

/** The bucket of a run, and a client for it. */
export interface RunBucket extends OwnedBucket {
  readonly s3: S3Client;
}

/** An object compared with its receipt. */
export interface CheckedObject {
  readonly findings: readonly Finding[];
  /** The current one; null if there is no object under the key. */
  readonly storageClass: string | null;
  /** GetObject can return the bytes: the object is not archived, or has been restored. */
  readonly readable: boolean;
  /** What the attributes prove about the bytes if nothing differs. */
  readonly proof: Exclude<Proof, 'read-back'>;
}

/**
 * Compares the attributes of an archive's object with its receipt and the inventory. A different storage class is not a
 * difference, because lifecycle rules change it.
 * @throws the AWS error, except for a missing object
 */
export async function checkObject(bucket: RunBucket, row: ArchiveRow, stored: StoredObject): Promise<CheckedObject> {
  const current = await headObject(bucket.s3, bucket, row.key);
  const version = await checkVersion(bucket, row.key, stored, current);
  if (current === null) {
    const gone = version ?? { kind: 'missing', message: 'there is no object under the key' };
    return { findings: [gone], storageClass: null, readable: false, proof: 'metadata' };
  }
  return {
    findings: [...(version === null ? [] : [version]), ...compare(current, row, stored)],
    storageClass: current.StorageClass ?? 'STANDARD',
    readable: isReadable(current),
    proof: proofOf(current, row, stored),
  };
}

/** The CRC32 of an object adopted by metadata was never compared with the archive's bytes. */
function proofOf(
  current: HeadObjectCommandOutput,
  row: ArchiveRow,
  { adopted, proof }: StoredObject,
): CheckedObject['proof'] {
  const sha256 = inventorySha256(row);
  if (sha256 !== null && wholeChecksums(current).sha256 === sha256) return 'sha256';
  return (proof ?? (adopted ? 'metadata' : 'crc32')) === 'metadata' ? 'metadata' : 'crc32';
}

/** S3's version id of an object stored without versioning. */
const UNVERSIONED = 'null';

async function checkVersion(
  bucket: RunBucket,
  key: string,
  stored: StoredObject,
  current: HeadObjectCommandOutput | null,
): Promise<Finding | null> {
  const verified = stored.versionId ?? UNVERSIONED;
  const found = current === null ? null : (current.VersionId ?? UNVERSIONED);
  if (found === verified || (found === null && stored.versionId === null)) return null;
  const kept = (await headObject(bucket.s3, bucket, key, verified)) !== null;
  const whatIsThere = found === null ? 'the object was deleted' : `version ${found} is the current one`;
  return {
    kind: found === null ? 'missing' : 'version',
    message: `${whatIsThere}; the verified version ${verified} is ${kept ? 'still there' : 'gone'}`,
  };
}

function compare(reply: HeadObjectCommandOutput, row: ArchiveRow, stored: StoredObject): readonly Finding[] {
  const findings: Finding[] = [];
  const expect = (
    kind: Finding['kind'],
    name: string,
    found: string | number | undefined,
    wanted: string | number,
  ): void => {
    if (found !== wanted) findings.push({ kind, message: `${name} is ${found ?? 'unknown'} instead of ${wanted}` });
  };
  expect('size', 'the size', reply.ContentLength, row.sizeBytes);
  const { crc32, sha256 } = wholeChecksums(reply);
  // Without a CRC32 the receipt relies on the SHA-256, which the inventory has for objects of at most 1 MiB.
  if (stored.crc32 === null) expect('checksum', "the object's SHA-256", sha256, inventorySha256(row) ?? 'known');
  else expect('checksum', "the whole object's CRC32", crc32, stored.crc32);
  expect('etag', 'the ETag', reply.ETag, stored.etag);
  if (!isOurObject(reply.Metadata, row)) {
    const named = reply.Metadata?.[METADATA_ARCHIVE_ID];
    const whose =
      named === undefined || named === row.archiveId ? 'no longer names this archive' : `names archive ${named}`;
    findings.push({ kind: 'metadata', message: `its metadata ${whose}` });
  }
  return findings;
}
