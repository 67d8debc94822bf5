import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsClients } from '../src/aws/clients';
import { describeFault, faultSentence, isPassing } from '../src/aws/errors';
import { openObject } from '../src/run-folder/run-files';
import { Failure, TransferError } from '../src/failures';
import type { RunSettings } from '../src/wire/request';
import { downloadInventory } from './inventory-source';

/**
 * The inventory that a run moves: the output of a finished job, or (`jobId` null) the object that the request names.
 * @param workDir an existing folder; the output is kept there
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
 * A file that the request names.
 * @param address s3://bucket/key
 * @param what how it is called in a sentence
 * @throws TransferError InventoryUnusable when it cannot be opened; AWS errors that pass
 */
export async function openGiven(s3: S3Client, settings: RunSettings, address: string, what: string): Promise<Readable> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(address) ?? [];
  try {
    // Another bucket is only read, and may be anybody's: a wrong inventory cannot make wrong bytes pass.
    const bucketOwner = bucket === settings.bucket ? settings.bucketOwner : null;
    return await openObject(s3, { bucket, bucketOwner }, key);
  } catch (error) {
    const fault = describeFault(error);
    if (isPassing(fault)) throw error;
    throw new TransferError(Failure.InventoryUnusable, `cannot open the ${what} ${address}: ${faultSentence(fault)}`);
  }
}
