import { setTimeout } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  paginateListParts,
  UploadPartCommand,
  type Part as ListedPart,
  type S3Client,
  AbortMultipartUploadCommand,
  ListPartsCommand,
  ListMultipartUploadsCommand,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import { partBody, type Part } from '../bytes/part';
import { reached } from '../crash-points';
import { crc32FromBase64, crc32ToBase64 } from '../domain/crc32-combine';
import { Failure, TransferError } from '../failures';
import type { ArchiveRow } from '../wire/inventory';
import type { StoredObject } from '../wire/receipt';
import type { RunSettings } from '../wire/request';
import { describeAwsError, awsErrorSentence, type AwsError } from './errors';
import { inBucket } from './owned-bucket';
import { adoptEqual, objectHeaders, storedObject } from './s3-objects';

/** An open multipart upload of one archive. */
export interface Upload {
  readonly settings: RunSettings;
  readonly archive: ArchiveRow;
  readonly uploadId: string;
}

/** The fields that identify an upload in each request. */
const inUpload = ({ settings, archive, uploadId }: Upload) => ({
  ...inBucket(settings),
  Key: archive.key,
  UploadId: uploadId,
});

/** The upload is gone or corrupted (by a lifecycle rule, a person, a late writer): all of its parts must be uploaded again. */
const uploadGone = ({ archive, uploadId }: Upload, awsError: AwsError): TransferError =>
  new TransferError(Failure.UploadGone, `upload ${uploadId} of ${archive.key} is gone (${awsErrorSentence(awsError)})`);

/**
 * Creates an upload whose object will have one CRC32 over all its bytes. Returns the upload's id.
 * @param s3Once a client without retries: if the response is lost, a second request would leave an unknown upload
 */
export async function createUpload(s3Once: S3Client, settings: RunSettings, archive: ArchiveRow): Promise<string> {
  reached('upload.before-create');
  const response = await s3Once.send(
    new CreateMultipartUploadCommand({
      ...objectHeaders(settings, archive),
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
    }),
  );
  reached('upload.after-create');
  if (response.UploadId === undefined)
    throw new TransferError(Failure.Unavailable, 'S3 returned no upload id', { retryable: true });
  return response.UploadId;
}

/** The parts from firstPart to lastPart that S3 has. @throws TransferError UploadGone */
export async function listParts(
  s3: S3Client,
  upload: Upload,
  firstPart: number,
  lastPart: number,
): Promise<Map<number, ListedPart>> {
  const listed = new Map<number, ListedPart>();
  try {
    const pages = paginateListParts(
      { client: s3, pageSize: Math.min(1_000, lastPart - firstPart + 1) },
      { ...inUpload(upload), PartNumberMarker: String(firstPart - 1) },
    );
    for await (const page of pages) {
      for (const part of page.Parts ?? []) {
        if (part.PartNumber !== undefined && part.PartNumber <= lastPart) listed.set(part.PartNumber, part);
      }
      if ((page.Parts?.at(-1)?.PartNumber ?? lastPart) >= lastPart) break;
    }
  } catch (error) {
    const awsError = describeAwsError(error);
    throw awsError.code === 'NoSuchUpload' ? uploadGone(upload, awsError) : error;
  }
  return listed;
}

/** S3's CRC32 of a listed part, unsigned; null if it lists none. */
export const listedCrc32 = (part: ListedPart | undefined): number | null =>
  part?.ChecksumCRC32 === undefined ? null : crc32FromBase64(part.ChecksumCRC32);

/** Uploads one part; S3 rejects it unless it computes the same CRC32. @throws TransferError UploadGone; AWS errors */
export async function sendPart(
  s3Bytes: S3Client,
  upload: Upload,
  partNumber: number,
  part: Part,
  signal: AbortSignal,
): Promise<void> {
  const command = new UploadPartCommand({
    ...inUpload(upload),
    PartNumber: partNumber,
    Body: partBody(part),
    ContentLength: part.sizeBytes,
    ChecksumCRC32: crc32ToBase64(part.crc32),
  });
  try {
    reached('part.before-put');
    await s3Bytes.send(command, { abortSignal: signal });
    reached('part.after-put');
  } catch (error) {
    const awsError = describeAwsError(error);
    throw awsError.code === 'NoSuchUpload' ? uploadGone(upload, awsError) : error;
  }
}

/** Errors of a completion after which the upload cannot be used any longer. */
const UNUSABLE: ReadonlySet<string> = new Set([
  'NoSuchUpload',
  'ConditionalRequestConflict',
  'BadDigest',
  'InvalidPart',
  'InvalidPartOrder',
  'EntityTooSmall',
]);

/**
 * Creates the object from its parts, which the caller has proved to be the archive. S3 checks the size, the CRC32 of the
 * whole object and that there is no object under the key.
 * @throws TransferError UploadGone, KeyTaken; AWS errors
 */
export async function completeUpload(
  s3: S3Client,
  upload: Upload,
  parts: ReadonlyMap<number, ListedPart>,
  wholeCrc32: number,
  treeHash: string,
): Promise<StoredObject> {
  const { settings, archive } = upload;
  const crc32 = crc32ToBase64(wholeCrc32);
  try {
    reached('upload.before-complete');
    const response = await s3.send(
      new CompleteMultipartUploadCommand({
        ...inUpload(upload),
        ChecksumCRC32: crc32,
        ChecksumType: 'FULL_OBJECT',
        MpuObjectSize: archive.sizeBytes,
        IfNoneMatch: '*',
        MultipartUpload: {
          Parts: [...parts].map(([PartNumber, { ETag, ChecksumCRC32 }]) => ({ PartNumber, ETag, ChecksumCRC32 })),
        },
      }),
    );
    reached('upload.after-complete');
    return storedObject(archive, response, {
      crc32,
      treeHash,
      adopted: false,
      proof: 'crc32',
      storageClass: settings.storageClass,
    });
  } catch (error) {
    const awsError = describeAwsError(error);
    if (awsError.code === 'PreconditionFailed') return await adoptEqual(s3, settings, archive, crc32);
    // After a conflict S3 requires a new upload with all parts; after a wrong CRC of the whole it has other parts than ours.
    if (UNUSABLE.has(awsError.code)) throw uploadGone(upload, awsError);
    throw error;
  }
}

const MAX_ABORTS = 5;
const ABORT_RETRY_MS = 1_000;

/**
 * Aborts an upload and deletes its parts. Not an error if it is gone already. Parts in flight may outlive the abort, and
 * then S3 requires it to be repeated (API reference, AbortMultipartUpload).
 * @throws TransferError Unavailable while parts keep arriving; AWS errors
 */
export async function abortUpload(s3: S3Client, upload: Upload): Promise<void> {
  for (let aborts = 1; ; aborts += 1) {
    reached('upload.before-abort');
    await unlessGone(s3.send(new AbortMultipartUploadCommand(inUpload(upload))));
    reached('upload.after-abort');
    const left = await unlessGone(s3.send(new ListPartsCommand({ ...inUpload(upload), MaxParts: 1 })));
    if ((left?.Parts ?? []).length === 0) return;
    if (aborts === MAX_ABORTS) {
      const message = `upload ${upload.uploadId} of ${upload.archive.key} was aborted ${aborts} times and still has parts`;
      throw new TransferError(Failure.Unavailable, message, { retryable: true });
    }
    await setTimeout(ABORT_RETRY_MS);
  }
}

/** The response to a request about an upload; null if there is no such upload. */
async function unlessGone<T>(response: Promise<T>): Promise<T | null> {
  try {
    return await response;
  } catch (error) {
    if (describeAwsError(error).code === 'NoSuchUpload') return null;
    throw error;
  }
}

/** The clocks of AWS and of the Temporal server may differ by this much; S3 returns whole seconds. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/**
 * Ids of the open uploads of this archive's key that can only be ours, in listing order: created since then, and exactly
 * as {@link createUpload} creates them. S3 lists nothing else that identifies their creator. If a server lists no
 * checksums, they cannot be identified and are left alone.
 * @throws the AWS error
 */
export async function ownUploads(
  s3: S3Client,
  settings: RunSettings,
  archive: ArchiveRow,
  sinceMs: number,
): Promise<string[]> {
  const isOurs = ({ Initiated, StorageClass, ChecksumAlgorithm, ChecksumType }: MultipartUpload): boolean =>
    Initiated !== undefined &&
    Initiated.getTime() >= sinceMs - CLOCK_DIFFERENCE_MS &&
    StorageClass === settings.storageClass &&
    ChecksumAlgorithm === 'CRC32' &&
    ChecksumType === 'FULL_OBJECT';

  const uploads = await uploadsOf(s3, settings, archive.key);
  return uploads.filter(isOurs).flatMap(({ UploadId }) => UploadId ?? []);
}

/** Every open upload of one key. */
async function uploadsOf(s3: S3Client, settings: RunSettings, key: string): Promise<MultipartUpload[]> {
  const found: MultipartUpload[] = [];
  let after: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListMultipartUploadsCommand({ ...inBucket(settings), Prefix: key, ...after }));
    const uploads = page.Uploads ?? [];
    found.push(...uploads.filter(({ Key }) => Key === key));
    // Sorted by key: after the first longer key there are no more uploads of ours.
    const { NextKeyMarker, NextUploadIdMarker } = page;
    if (page.IsTruncated !== true || NextKeyMarker !== key || NextUploadIdMarker === undefined) return found;
    after = { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker };
  }
}
