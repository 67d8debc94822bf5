import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { GlacierClient } from '@aws-sdk/client-glacier';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsClients } from '../src/aws/clients';
import { describeAwsError, awsErrorSentence, isTransient } from '../src/aws/errors';
import { describeJob, getJobOutput } from '../src/aws/glacier-jobs';
import { BodyReader } from '../src/bytes/body-reader';
import { LEAF_BYTES } from '../src/domain/tree-hash';
import { Failure, TransferError } from '../src/failures';
import { openObject } from '../src/run-folder/run-files';
import type { RunSettings } from '../src/wire/request';
import { classifyError } from './classify-error';
import { backOff, MAX_ATTEMPTS } from './with-retry';

/**
 * Opens the inventory of a run: the output of a completed job or, if `jobId` is null, the object that the request names.
 * @param workDir an existing folder, into which the output is downloaded
 * @throws TransferError InventoryUnusable, JobExpired, JobNotReady; AWS errors
 */
export async function openInventory(
  { glacier, s3 }: AwsClients,
  settings: RunSettings,
  jobId: string | null,
  workDir: string,
  signal: AbortSignal,
): Promise<Readable> {
  if (jobId === null) return await openGiven(s3, settings, settings.inventory ?? '', 'inventory');
  const path = join(workDir, 'inventory.json');
  await downloadInventory(glacier, settings, jobId, path, signal);
  return createReadStream(path);
}

/**
 * Opens a file that the request names.
 * @param address s3://bucket/key
 * @param what its name in an error message
 * @throws TransferError InventoryUnusable if it cannot be opened; transient AWS errors
 */
export async function openGiven(s3: S3Client, settings: RunSettings, address: string, what: string): Promise<Readable> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(address) ?? [];
  try {
    // Another bucket is only read and may belong to anyone: a wrong inventory cannot make wrong bytes pass.
    const bucketOwner = bucket === settings.bucket ? settings.bucketOwner : null;
    return await openObject(s3, { bucket, bucketOwner }, key);
  } catch (error) {
    const awsError = describeAwsError(error);
    if (isTransient(awsError)) throw error;
    throw new TransferError(
      Failure.InventoryUnusable,
      `cannot open the ${what} ${address}: ${awsErrorSentence(awsError)}`,
    );
  }
}

/** Requested at a time: a response that breaks off costs at most the rest of its piece. */
const PIECE_BYTES = 64 * 1024 * 1024;

/**
 * Downloads the output of a completed inventory job into a file, piece by piece. After a transient error it continues
 * after the last whole MiB; it gives up after four attempts in a row without progress.
 * @throws TransferError JobExpired, JobNotReady; AWS errors; the signal's reason if it aborts
 */
export async function downloadInventory(
  glacier: GlacierClient,
  settings: RunSettings,
  jobId: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const totalBytes = await outputBytes(glacier, settings, jobId);
  const file = await open(path, 'w');
  const output = new OutputFile(file);
  try {
    for (let failed = 0; output.sizeBytes < totalBytes;) {
      const startByte = output.sizeBytes;
      const endByte = Math.min(startByte + PIECE_BYTES, totalBytes);
      try {
        await downloadPiece(glacier, settings, jobId, { startByte, endByte, totalBytes }, output, signal);
        failed = 0;
      } catch (error) {
        failed = output.sizeBytes > startByte ? 1 : failed + 1;
        if (failed === MAX_ATTEMPTS || signal.aborted || !classifyError(error).retryable) throw error;
        await backOff(failed, signal);
      }
    }
  } finally {
    await file.close();
  }
}

class OutputFile {
  /** Bytes of the output written so far, from the beginning. */
  sizeBytes = 0;

  constructor(private readonly file: FileHandle) {}

  /** Writes by position, so that the remains of a failed write are overwritten. */
  async append(bytes: Buffer): Promise<void> {
    // An almost full disk accepts only a part of the bytes: the next write reports why.
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.sizeBytes);
      done += bytesWritten;
      this.sizeBytes += bytesWritten;
    }
  }
}

async function outputBytes(glacier: GlacierClient, settings: RunSettings, jobId: string): Promise<number> {
  const job = await describeJob(glacier, settings, jobId);
  if (job === null) throw new TransferError(Failure.JobExpired, `inventory job ${jobId} has expired`);
  const sizeBytes = job.InventorySizeInBytes ?? null;
  if (sizeBytes === null) throw new TransferError(Failure.JobNotReady, `inventory job ${jobId} is not ready`);
  return sizeBytes;
}

/** Writes the bytes as they arrive, but the last ones only once the body has ended after them: its length is right then. */
async function downloadPiece(
  glacier: GlacierClient,
  settings: RunSettings,
  jobId: string,
  range: { readonly startByte: number; readonly endByte: number; readonly totalBytes: number },
  output: OutputFile,
  signal: AbortSignal,
): Promise<void> {
  const { body } = await getJobOutput(glacier, settings, jobId, range, signal);
  const reader = new BodyReader(body);
  const buffer = Buffer.allocUnsafe(LEAF_BYTES);
  try {
    for (let atByte = range.startByte; atByte < range.endByte; atByte += buffer.length) {
      const bytes = buffer.subarray(0, Math.min(buffer.length, range.endByte - atByte));
      await reader.fill(bytes);
      if (atByte + bytes.length === range.endByte) await reader.finish();
      await output.append(bytes);
    }
  } finally {
    reader.close();
  }
}
