import { HeadObjectCommand, PutObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { partBody, type Part } from '../bytes/part';
import { reached } from '../crash-points';
import { crc32ToBase64 } from '../domain/crc32-combine';
import { Failure, TransferError } from '../failures';
import { METADATA_ARCHIVE_ID, METADATA_CREATION_DATE, METADATA_DESCRIPTION, METADATA_TREE_HASH } from '../ids';
import type { ArchiveRow } from '../wire/inventory';
import type { StoredObject } from '../wire/receipt';
import type { RunSettings } from '../wire/request';
import { describeAwsError } from './errors';
import { inventorySha256, wholeChecksums } from './object-checksums';
import { inBucket, type OwnedBucket } from './owned-bucket';
import { isReadable } from './readable';

/** What is under an archive's key: nothing, or an object of this archive. */
export type Found =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'same';
      /** Its proof is `sha256` or `metadata`. */
      readonly stored: StoredObject;
      /** GetObject can return its bytes. */
      readonly readable: boolean;
    };

/**
 * The attributes of an object, or of one of its versions, with its checksum; null if there is none.
 * @throws the AWS error
 */
export async function headObject(
  s3: S3Client,
  bucket: OwnedBucket,
  key: string,
  versionId?: string,
): Promise<HeadObjectCommandOutput | null> {
  const command = new HeadObjectCommand({
    ...inBucket(bucket),
    Key: key,
    VersionId: versionId,
    ChecksumMode: 'ENABLED',
  });
  try {
    return await s3.send(command);
  } catch (error) {
    if (describeAwsError(error).kind === 'missing') return null;
    throw error;
  }
}

/**
 * Checks the destination key. If S3 has the SHA-256 of an object of at most 1 MiB, it must be the inventory's tree hash;
 * otherwise there must be a CRC32, although there is nothing to compare it with.
 * @throws TransferError KeyTaken if there is another object
 */
export async function lookAtKey(s3: S3Client, settings: RunSettings, archive: ArchiveRow): Promise<Found> {
  const response = await headObject(s3, settings, archive.key);
  if (response === null) return { kind: 'absent' };
  const { crc32, sha256 } = wholeChecksums(response);
  const wantedSha256 = inventorySha256(archive);
  const keepsSha256 = wantedSha256 !== null && sha256 !== undefined;
  const hasChecksum = keepsSha256 || crc32 !== undefined;
  if (!isOurObject(response.Metadata, archive) || response.ContentLength !== archive.sizeBytes || !hasChecksum) {
    throw new TransferError(
      Failure.KeyTaken,
      `s3://${settings.bucket}/${archive.key} holds another object (${response.ContentLength} bytes, last modified ` +
        `${response.LastModified?.toISOString()}). It was not touched. Move it away or choose another prefix, and retry.`,
    );
  }
  if (keepsSha256 && sha256 !== wantedSha256) {
    throw holdsOtherBytes(settings, archive, `SHA-256 ${sha256} instead of ${wantedSha256}`);
  }
  return {
    kind: 'same',
    readable: isReadable(response),
    stored: storedObject(archive, response, {
      crc32: keepsSha256 ? null : (crc32 ?? null),
      treeHash: archive.treeHash,
      adopted: true,
      proof: keepsSha256 ? 'sha256' : 'metadata',
      // S3 omits the header for STANDARD.
      storageClass: response.StorageClass ?? 'STANDARD',
    }),
  };
}

/** The object under the key has this archive's metadata but other bytes. */
export const holdsOtherBytes = (settings: RunSettings, archive: ArchiveRow, how: string): TransferError =>
  new TransferError(
    Failure.KeyTaken,
    `s3://${settings.bucket}/${archive.key} has the metadata of this archive but holds other bytes (${how}). ` +
      'It was not touched. Move it away and retry.',
  );

/** An archive's object as described by a response of S3 and by what we know of it. */
export const storedObject = (
  archive: ArchiveRow,
  response: Pick<HeadObjectCommandOutput, 'VersionId' | 'ETag' | '$metadata'>,
  known: Pick<StoredObject, 'crc32' | 'treeHash' | 'adopted' | 'storageClass' | 'proof'>,
): StoredObject => ({
  key: archive.key,
  versionId: response.VersionId ?? null,
  etag: response.ETag ?? '',
  sizeBytes: archive.sizeBytes,
  ...known,
  requestId: response.$metadata.requestId ?? '',
});

/** The fields common to PutObject and CreateMultipartUpload. */
export const objectHeaders = (settings: RunSettings, archive: ArchiveRow) => ({
  ...inBucket(settings),
  Key: archive.key,
  StorageClass: settings.storageClass,
  Metadata: objectMetadata(archive),
});

/**
 * Stores a whole archive with one PutObject. The caller has compared the part's root with the inventory. S3 rejects the
 * request if its own checksum of the body differs or if the key exists. It accepts and stores one checksum per object:
 * the SHA-256 if the inventory has it, which costs nothing here, otherwise the CRC32.
 * @throws TransferError KeyTaken if there is another object; the AWS error otherwise
 */
export async function putWhole(
  clients: { readonly s3: S3Client; readonly s3Bytes: S3Client },
  settings: RunSettings,
  archive: ArchiveRow,
  part: Part,
  signal: AbortSignal,
): Promise<StoredObject> {
  const crc32 = crc32ToBase64(part.crc32);
  const sha256 = inventorySha256(archive);
  const put = new PutObjectCommand({
    ...objectHeaders(settings, archive),
    Body: partBody(part),
    ContentLength: part.sizeBytes,
    ...(sha256 === null ? { ChecksumCRC32: crc32 } : { ChecksumSHA256: sha256 }),
    IfNoneMatch: '*',
  });
  try {
    reached('whole.before-put');
    const response = await clients.s3Bytes.send(put, { abortSignal: signal });
    reached('whole.after-put');
    return storedObject(archive, response, {
      crc32: sha256 === null ? crc32 : null,
      treeHash: part.root.toString('hex'),
      adopted: false,
      proof: sha256 === null ? 'crc32' : 'sha256',
      storageClass: settings.storageClass,
    });
  } catch (error) {
    if (describeAwsError(error).code !== 'PreconditionFailed') throw error;
    return await adoptEqual(clients.s3, settings, archive, crc32);
  }
}

/**
 * The key exists: the object is ours if the response to an earlier success was lost, and then has the checksum of our bytes.
 * @param crc32 of the archive's bytes, base64
 */
export async function adoptEqual(
  s3: S3Client,
  settings: RunSettings,
  archive: ArchiveRow,
  crc32: string,
): Promise<StoredObject> {
  const found = await lookAtKey(s3, settings, archive);
  if (found.kind === 'absent') {
    throw new TransferError(Failure.Unavailable, `${archive.key} appeared and disappeared again`, { retryable: true });
  }
  return provedByCrc32(settings, archive, found.stored, crc32);
}

/**
 * Compares an existing object with bytes that hash to the inventory's tree hash.
 * @param crc32 of these bytes, base64
 * @throws TransferError KeyTaken if S3 has another CRC32
 */
export function provedByCrc32(
  settings: RunSettings,
  archive: ArchiveRow,
  stored: StoredObject,
  crc32: string,
): StoredObject {
  if (stored.proof === 'sha256') return stored;
  if (stored.crc32 === crc32) return { ...stored, proof: 'crc32' };
  throw holdsOtherBytes(settings, archive, `CRC32 ${stored.crc32} instead of ${crc32}`);
}

/** S3 stores 2 KB of user metadata, including keys; the other three fields leave this much for the description. */
const MAX_DESCRIPTION_BYTES = 1_500;

/**
 * The user metadata of an archive's object: enough to identify it without our records. The description is
 * percent-encoded, because headers are ASCII; one that is too long is only in the receipt.
 */
export function objectMetadata(archive: ArchiveRow): Record<string, string> {
  const description = encodeURIComponent(archive.description.toWellFormed());
  const fits = description !== '' && description.length <= MAX_DESCRIPTION_BYTES;
  return {
    [METADATA_ARCHIVE_ID]: archive.archiveId,
    [METADATA_TREE_HASH]: archive.treeHash,
    [METADATA_CREATION_DATE]: archive.creationDate,
    ...(fits ? { [METADATA_DESCRIPTION]: description } : {}),
  };
}

/**
 * Whether an object's metadata name this archive. Such an object was created by us after its tree hash had been checked:
 * nothing else writes these metadata.
 */
export function isOurObject(metadata: Record<string, string> | undefined, archive: ArchiveRow): boolean {
  return metadata?.[METADATA_ARCHIVE_ID] === archive.archiveId && metadata[METADATA_TREE_HASH] === archive.treeHash;
}
