import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { GlacierClient } from '@aws-sdk/client-glacier';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsClients } from '../src/aws/clients';
import { describeFault, isPassing } from '../src/aws/faults';
import { describeJob, getJobOutput } from '../src/aws/glacier-jobs';
import { openObject } from '../src/aws/run-files';
import { BodyReader } from '../src/bytes/body-reader';
import { LEAF_BYTES } from '../src/domain/tree-hash';
import { Failure, TransferError } from '../src/failures';
import type { RunSettings } from '../src/wire/request';

/** An inventory is fetched in pieces, so that a cut connection costs one piece. */
const PIECE_BYTES = 64 * 1024 * 1024;

/**
 * The inventory that a run moves: the output of a finished job, or (`jobId` null) the file that the request names.
 * @param workDir an existing folder; the output is kept there
 * @throws TransferError InventoryUnusable, JobExpired; AWS errors
 */
export async function openInventory(
  { glacier, s3 }: AwsClients,
  settings: RunSettings,
  jobId: string | null,
  workDir: string,
  signal: AbortSignal,
): Promise<Readable> {
  if (jobId !== null) return await download(glacier, settings, jobId, join(workDir, 'inventory.json'), signal);
  return await openGiven(s3, settings, settings.inventory ?? '', 'inventory');
}

/**
 * A file that the request names.
 * @param place a path on this machine, or s3://bucket/key
 * @param what how it is called in a sentence
 * @throws TransferError InventoryUnusable when it cannot be opened; AWS errors that pass
 */
export async function openGiven(s3: S3Client, settings: RunSettings, place: string, what: string): Promise<Readable> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(place) ?? [];
  try {
    if (bucket !== undefined && key !== undefined) {
      // Another bucket is only read, and may be anybody's: a wrong inventory cannot make wrong bytes pass.
      const bucketOwner = bucket === settings.bucket ? settings.bucketOwner : null;
      return await openObject(s3, { bucket, bucketOwner }, key);
    }
    const file = await open(place);
    return file.createReadStream();
  } catch (error) {
    const fault = describeFault(error);
    if (isPassing(fault)) throw error;
    throw new TransferError(
      Failure.InventoryUnusable,
      `cannot open the ${what} ${place} on the control worker's machine: ${fault.code}: ${fault.message}`,
    );
  }
}

/** Fetches a finished job's output piece by piece into a file, and opens that. */
async function download(
  glacier: GlacierClient,
  settings: RunSettings,
  jobId: string,
  path: string,
  signal: AbortSignal,
): Promise<Readable> {
  const totalBytes = (await describeJob(glacier, settings, jobId))?.InventorySizeInBytes;
  if (totalBytes === undefined) throw new TransferError(Failure.JobExpired, `inventory job ${jobId} is gone`);
  const buffer = Buffer.allocUnsafe(LEAF_BYTES);
  const file = await open(path, 'w');
  try {
    for (let startByte = 0; startByte < totalBytes; startByte += PIECE_BYTES) {
      const endByte = Math.min(startByte + PIECE_BYTES, totalBytes);
      const { body } = await getJobOutput(glacier, settings, jobId, { startByte, endByte, totalBytes }, signal);
      const reader = new BodyReader(body);
      try {
        for (let at = startByte; at < endByte; at += buffer.length) {
          const piece = buffer.subarray(0, Math.min(buffer.length, endByte - at));
          await reader.fill(piece);
          await file.writeFile(piece);
        }
        await reader.finish();
      } finally {
        reader.close();
      }
    }
  } finally {
    await file.close();
  }
  return createReadStream(path);
}
