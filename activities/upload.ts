import type { Part, S3Client } from '@aws-sdk/client-s3';
import { activityInfo } from '@temporalio/activity';
import { abortUpload, completeUpload, createUpload, listParts, type Upload, ownUploads } from '../src/aws/multipart';
import { lookAtKey } from '../src/aws/s3-objects';
import { combineCrc32, crc32ToBase64 } from '../src/domain/crc32-combine';
import { partLength, planParts, type PartPlan } from '../src/domain/part-plan';
import { foldTreeHex } from '../src/domain/tree-hash';
import { Failure, TransferError } from '../src/failures';
import type { ArchiveRow } from '../src/wire/inventory';
import type { StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { CompleteInput } from '../src/wire/transfer';
import type { Dependencies } from './dependencies';

/** Creates, completes and aborts multipart uploads. */
export const createUploadActivities = ({ clients: { s3, s3Bytes } }: Dependencies) => ({
  /**
   * Creates an upload. A retry first looks for an upload that an earlier attempt has created, and uses it; it has no parts
   * yet. If there are several, the others are aborted.
   */
  async createUpload(settings: RunSettings, archive: ArchiveRow): Promise<string> {
    const { attempt, scheduledTimestampMs } = activityInfo();
    const created = attempt === 1 ? [] : await ownUploads(s3, settings, archive, scheduledTimestampMs);
    const [kept, ...others] = created;
    for (const uploadId of others) await abortUpload(s3, { settings, archive, uploadId });
    return kept ?? (await createUpload(s3Bytes, settings, archive));
  },

  /**
   * Aborts uploads that `createUpload` may have created although it failed or was cancelled.
   * @param sinceMs when it was scheduled
   */
  async abortStrayUploads(settings: RunSettings, archive: ArchiveRow, sinceMs: number): Promise<void> {
    for (const uploadId of await ownUploads(s3, settings, archive, sinceMs)) {
      await abortUpload(s3, { settings, archive, uploadId });
    }
  },

  /**
   * The commit point: creates the object only if the ranges are complete and their tree hash is that of the inventory.
   * @throws TransferError HashMismatch, UploadGone, KeyTaken; AWS errors
   */
  async completeUpload({ settings, archive, uploadId, ranges }: CompleteInput): Promise<StoredObject> {
    const upload = { settings, archive, uploadId };
    const plan = planParts(archive.sizeBytes, settings.minPartBytes);
    const sizeBytes = ranges.reduce((sum, range) => sum + range.sizeBytes, 0);
    if (ranges.length !== plan.rangeCount || sizeBytes !== archive.sizeBytes) {
      throw new TransferError(
        Failure.ChecksumMismatch,
        `${archive.key}: ${ranges.length} of ${plan.rangeCount} ranges, ${sizeBytes} of ${archive.sizeBytes} bytes; the upload was not completed`,
      );
    }
    const treeHash = foldTreeHex(ranges.map((range) => range.treeHash));
    if (treeHash !== archive.treeHash) {
      throw new TransferError(
        Failure.HashMismatch,
        `archive ${archive.archiveId}: the bytes hash to ${treeHash}, but the inventory says ${archive.treeHash}. ` +
          `Nothing was stored under ${archive.key}. If a later run finds the same, the source is corrupted.`,
      );
    }
    const crc32 = ranges.reduce((crc, range) => combineCrc32(crc, range.crc32, range.sizeBytes), 0);
    try {
      return await completeUpload(s3, upload, await allParts(s3, upload, plan), crc32, treeHash);
    } catch (error) {
      if (!(error instanceof TransferError && error.type === Failure.UploadGone)) throw error;
      // A completion whose response was lost leaves the object and no upload.
      const found = await lookAtKey(s3, settings, archive);
      if (found.kind === 'same' && found.stored.crc32 === crc32ToBase64(crc32))
        return { ...found.stored, proof: 'crc32' };
      throw error;
    }
  },

  /** Aborts an upload; not an error if it is gone. */
  async abortUpload(upload: Upload): Promise<void> {
    await abortUpload(s3, upload);
  },
});

/** S3's list of all parts. @throws TransferError UploadGone unless it has every part of the plan in full length */
async function allParts(s3: S3Client, upload: Upload, plan: PartPlan): Promise<Map<number, Part>> {
  const parts = await listParts(s3, upload, 1, plan.partCount);
  for (let part = 1; part <= plan.partCount; part += 1) {
    if (parts.get(part)?.Size !== partLength(plan, part)) {
      throw new TransferError(
        Failure.UploadGone,
        `upload ${upload.uploadId} of ${upload.archive.key} lost part ${part}`,
      );
    }
  }
  return parts;
}
