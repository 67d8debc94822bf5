import { setTimeout } from 'node:timers/promises';
import { AbortMultipartUploadCommand, ListPartsCommand, type S3Client } from '@aws-sdk/client-s3';
import { reached } from '../crash-points';
import { Failure, TransferError } from '../failures';
import { describeFault } from './errors';
import { inUpload, type Upload } from './multipart';

const MOST_ABORTS = 5;
const ABORT_PAUSE_MS = 1_000;

/**
 * Drops an upload and its parts. One that is gone already is no error. Parts that were on their way may outlive the
 * abort, and then S3 wants it repeated (API reference, AbortMultipartUpload).
 * @throws TransferError Unavailable while parts go on to arrive; AWS errors
 */
export async function abortUpload(s3: S3Client, upload: Upload): Promise<void> {
  for (let aborts = 1; ; aborts += 1) {
    reached('upload.before-abort');
    await unlessGone(s3.send(new AbortMultipartUploadCommand(inUpload(upload))));
    reached('upload.after-abort');
    const left = await unlessGone(s3.send(new ListPartsCommand({ ...inUpload(upload), MaxParts: 1 })));
    if ((left?.Parts ?? []).length === 0) return;
    if (aborts === MOST_ABORTS) {
      const message = `upload ${upload.uploadId} of ${upload.archive.key} was aborted ${aborts} times and still has parts`;
      throw new TransferError(Failure.Unavailable, message, { retryable: true });
    }
    await setTimeout(ABORT_PAUSE_MS);
  }
}

/** The answer about an upload; null when S3 knows no such upload. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (describeFault(error).code === 'NoSuchUpload') return null;
    throw error;
  }
}
