import { HeadObjectCommand, PutObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { partBody, type Part } from '../bytes/part';
import { reached } from '../crash-points';
import { crc32ToBase64 } from '../domain/crc32-combine';
import { Failure, TransferError } from '../failures';
import type { ArchiveRow } from '../wire/inventory';
import type { StoredObject } from '../wire/receipt';
import type { RunSettings } from '../wire/request';
import { describeFault } from './faults';
import { isOurObject, objectMetadata } from './object-metadata';
import { inBucket, type OwnedBucket } from './owned-bucket';

/** What stands under an archive's key: nothing, this very archive, or something else that must not be touched. */
export type Found = { readonly kind: 'absent' } | { readonly kind: 'same'; readonly stored: StoredObject };

/**
 * The attributes of an object, or of one of its versions, with its checksum; null when there is none.
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
    if (describeFault(error).kind === 'missing') return null;
    throw error;
  }
}

/**
 * Looks at the destination key.
 * @throws TransferError KeyTaken when another object stands there
 */
export async function lookAtKey(s3: S3Client, settings: RunSettings, archive: ArchiveRow): Promise<Found> {
  const reply = await headObject(s3, settings, archive.key);
  if (reply === null) return { kind: 'absent' };
  const crc32 = reply.ChecksumType === 'FULL_OBJECT' ? reply.ChecksumCRC32 : undefined;
  if (!isOurObject(reply.Metadata, archive) || reply.ContentLength !== archive.sizeBytes || crc32 === undefined) {
    throw new TransferError(
      Failure.KeyTaken,
      `s3://${settings.bucket}/${archive.key} holds another object (${reply.ContentLength} bytes, last modified ` +
        `${reply.LastModified?.toISOString()}). It was not touched. Move it away, or choose another prefix, and retry.`,
    );
  }
  return {
    kind: 'same',
    stored: storedObject(archive, reply, {
      crc32,
      treeHash: archive.treeHash,
      adopted: true,
      // S3 leaves the header out for STANDARD.
      storageClass: reply.StorageClass ?? 'STANDARD',
    }),
  };
}

/** What a reply of S3 says of an archive's object, with what we know of it. */
export const storedObject = (
  archive: ArchiveRow,
  reply: Pick<HeadObjectCommandOutput, 'VersionId' | 'ETag' | '$metadata'>,
  known: Pick<StoredObject, 'crc32' | 'treeHash' | 'adopted' | 'storageClass'>,
): StoredObject => ({
  key: archive.key,
  versionId: reply.VersionId ?? null,
  etag: reply.ETag ?? '',
  sizeBytes: archive.sizeBytes,
  ...known,
  requestId: reply.$metadata.requestId ?? '',
});

/** What both ways to create an archive's object say of it. */
export const objectHeaders = (settings: RunSettings, archive: ArchiveRow) => ({
  ...inBucket(settings),
  Key: archive.key,
  StorageClass: settings.storageClass,
  Metadata: objectMetadata(archive),
});

/**
 * Stores a whole archive with one PutObject. The caller has checked the part's root against the inventory.
 * S3 refuses the put when its own CRC32 of the body differs, and when the key exists.
 * @throws TransferError KeyTaken when another object stands there; the AWS error otherwise
 */
export async function putWhole(
  clients: { readonly s3: S3Client; readonly s3Bytes: S3Client },
  settings: RunSettings,
  archive: ArchiveRow,
  part: Part,
  signal: AbortSignal,
): Promise<StoredObject> {
  const crc32 = crc32ToBase64(part.crc32);
  const put = new PutObjectCommand({
    ...objectHeaders(settings, archive),
    Body: partBody(part),
    ContentLength: part.sizeBytes,
    ChecksumCRC32: crc32,
    IfNoneMatch: '*',
  });
  try {
    reached('whole.before-put');
    const reply = await clients.s3Bytes.send(put, { abortSignal: signal });
    reached('whole.after-put');
    return storedObject(archive, reply, {
      crc32,
      treeHash: part.root.toString('hex'),
      adopted: false,
      storageClass: settings.storageClass,
    });
  } catch (error) {
    if (describeFault(error).code !== 'PreconditionFailed') throw error;
    return await adoptEqual(clients.s3, settings, archive, crc32);
  }
}

/** The key exists: ours when a lost reply hid an earlier success, and then with the very checksum of our bytes. */
export async function adoptEqual(
  s3: S3Client,
  settings: RunSettings,
  archive: ArchiveRow,
  crc32: string,
): Promise<StoredObject> {
  const found = await lookAtKey(s3, settings, archive);
  if (found.kind === 'absent') {
    throw new TransferError(Failure.Unavailable, `${archive.key} appeared and vanished again`, { retryable: true });
  }
  if (found.stored.crc32 !== crc32) {
    throw new TransferError(
      Failure.KeyTaken,
      `s3://${settings.bucket}/${archive.key} names this archive but holds other bytes (CRC32 ${found.stored.crc32} ` +
        `instead of ${crc32}). It was not touched. Move it away and retry.`,
    );
  }
  return found.stored;
}
