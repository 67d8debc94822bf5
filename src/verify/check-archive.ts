import type { HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { inventorySha256, wholeChecksums } from '../aws/object-checksums';
import type { OwnedBucket } from '../aws/owned-bucket';
import { isReadable } from '../aws/readable';
import { isOurObject, headObject } from '../aws/s3-objects';
import { METADATA_ARCHIVE_ID } from '../ids';
import type { ArchiveRow } from '../wire/inventory';
import type { Proof, StoredObject, Receipt } from '../wire/receipt';

/** One archive as the records of its run have it; the receipt is null as long as none was written. */
export interface RecordedArchive {
  readonly row: ArchiveRow;
  readonly receipt: Receipt | null;
}

/** What can be wrong with an archive that was called verified, or with the records of its run. */
export type DifferenceKind =
  /** Nothing stands under the key. */
  | 'missing'
  /** Another version than the verified one is the current one. */
  | 'version'
  | 'size'
  /** Another checksum of the whole object (SHA-256 or CRC32), or none. */
  | 'checksum'
  | 'etag'
  /** The metadata name another archive, or none. */
  | 'metadata'
  /** The bytes do not hash to the tree hash of the inventory. */
  | 'bytes'
  /** The receipt does not agree with the list of archives. */
  | 'receipt'
  /** The run is over, but the archive has no receipt. */
  | 'no-receipt';

/** One point in which an archive differs; the message is a part of a sentence. */
export interface Finding {
  readonly kind: DifferenceKind;
  readonly message: string;
}

/** All that is wrong with one archive. */
export interface Difference {
  readonly row: ArchiveRow;
  readonly findings: readonly Finding[];
}

const FIELDS = ['archiveId', 'key', 'sizeBytes', 'treeHash'] as const;

/** Whether a receipt of a verified archive says what the run's list of archives says. */
export function checkReceipt({ row, receipt }: RecordedArchive): readonly Finding[] {
  if (receipt === null) return [];
  const { stored } = receipt;
  if (stored === null) return [wrong('the receipt says "verified", but names no object')];
  const differing = FIELDS.filter((field) => receipt[field] !== row[field]);
  const proof = (['key', 'sizeBytes', 'treeHash'] as const).filter((field) => stored[field] !== row[field]);
  const fields = [...new Set([...differing, ...proof])];
  return fields.length === 0 ? [] : [wrong(`the receipt and the list of archives differ in ${fields.join(', ')}`)];
}

const wrong = (message: string): Finding => ({ kind: 'receipt', message });

/** The bucket of a run, and how to reach it. */
export interface RunBucket extends OwnedBucket {
  readonly s3: S3Client;
}

/** What S3 says of an object, against its receipt. */
export interface ObjectLook {
  readonly findings: readonly Finding[];
  /** As it is now; null where nothing stands under the key. */
  readonly storageClass: string | null;
  /** GetObject gives the bytes: the object is not archived, or has been restored. */
  readonly readable: boolean;
  /** What the attributes prove of the bytes, where nothing differs. */
  readonly proof: Exclude<Proof, 'read-back'>;
}

/**
 * Compares the attributes of an archive's object with its receipt and the inventory. Another storage class is no
 * difference: lifecycle rules change it.
 * @throws the AWS error, but for an object that is not there
 */
export async function checkObject(place: RunBucket, row: ArchiveRow, stored: StoredObject): Promise<ObjectLook> {
  const current = await headObject(place.s3, place, row.key);
  const version = await checkVersion(place, row.key, stored, current);
  if (current === null) {
    const gone = version ?? { kind: 'missing', message: 'there is no such object' };
    return { findings: [gone], storageClass: null, readable: false, proof: 'metadata' };
  }
  return {
    findings: [...(version === null ? [] : [version]), ...compare(current, row, stored)],
    storageClass: current.StorageClass ?? 'STANDARD',
    readable: isReadable(current),
    proof: proofOf(current, row, stored),
  };
}

/** An object that was adopted by its metadata has a CRC32 that was never compared with one of the archive's bytes. */
function proofOf(
  current: HeadObjectCommandOutput,
  row: ArchiveRow,
  { adopted, proof }: StoredObject,
): ObjectLook['proof'] {
  const sha256 = inventorySha256(row);
  if (sha256 !== null && wholeChecksums(current).sha256 === sha256) return 'sha256';
  return (proof ?? (adopted ? 'metadata' : 'crc32')) === 'metadata' ? 'metadata' : 'crc32';
}

/** How S3 calls the version of an object that was stored while its bucket kept no versions. */
const UNVERSIONED = 'null';

async function checkVersion(
  place: RunBucket,
  key: string,
  stored: StoredObject,
  current: HeadObjectCommandOutput | null,
): Promise<Finding | null> {
  const verified = stored.versionId ?? UNVERSIONED;
  const found = current === null ? null : (current.VersionId ?? UNVERSIONED);
  if (found === verified || (found === null && stored.versionId === null)) return null;
  const kept = (await headObject(place.s3, place, key, verified)) !== null;
  const whatIsThere = found === null ? 'the object was deleted' : `version ${found} lies on top`;
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
  // Without a CRC32 the receipt rests on the SHA-256, which the inventory has for objects of at most 1 MiB.
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
