import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import type { GlacierClient } from '@aws-sdk/client-glacier';
import type { S3Client } from '@aws-sdk/client-s3';
import { describeFault, isPassing } from '../src/aws/faults';
import { describeJob, getJobOutput } from '../src/aws/glacier-jobs';
import { openObject, putFile, putText } from '../src/aws/run-files';
import { BodyReader } from '../src/bytes/body-reader';
import { reached } from '../src/crash-points';
import { LEAF_BYTES } from '../src/domain/tree-hash';
import { Failure, TransferError } from '../src/failures';
import { catalogueKey, preparedKey, quarantineKey, shardKey } from '../src/ids';
import { InventoryError } from '../src/inventory/inventory-error';
import { prepareInventory, type PreparedFiles } from '../src/inventory/prepare';
import type { PreparedInventory } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { keepBeating } from './heartbeats';

/** An inventory is fetched in pieces, so that a cut connection costs one piece. */
const PIECE_BYTES = 64 * 1024 * 1024;

/** Cuts the vault's inventory into shards. */
export const createInventoryActivities = ({ clients: { glacier, s3 } }: Dependencies) => ({
  /**
   * Streams the inventory (a finished job's output, or the file that the request names) into shards under the run's
   * folder in the bucket.
   * @throws TransferError InventoryUnusable, JobExpired; AWS errors
   */
  async prepareInventory(settings: RunSettings, jobId: string | null): Promise<PreparedInventory> {
    const signal = abortSignal();
    const workDir = await mkdtemp(join(tmpdir(), 'glacier-transfer-'));
    let rows = 0;
    try {
      return await keepBeating(
        async () => {
          const source =
            jobId === null
              ? await openGiven(s3, settings)
              : await download(glacier, settings, jobId, join(workDir, 'inventory.json'), signal);
          reached('inventory.downloaded');
          const files = await prepareInventory({
            source,
            workDir,
            keyPrefix: settings.prefix,
            largeArchiveBytes: settings.largeArchiveBytes,
            ownWorkflowUpTo: settings.ownWorkflowUpTo,
            shardArchives: settings.shardArchives,
            onProgress: (count) => (rows = count),
            signal,
          });
          refuseOtherVault(files, settings);
          const prepared: PreparedInventory = {
            inventoryDate: files.inventoryDate,
            shardCount: files.shards.length,
            total: files.total,
            quarantinedRows: files.quarantinedRows,
          };
          await upload(s3, files, settings);
          // The last file: where it is, the others are whole, and a later workflow of the run begins with them.
          const { vaultArn, prefix } = settings;
          await putText(s3, settings, preparedKey(settings.run), JSON.stringify({ vaultArn, prefix, ...prepared }));
          return prepared;
        },
        () => ({ rows }),
      );
    } catch (error) {
      throw error instanceof InventoryError ? new TransferError(Failure.InventoryUnusable, error.message) : error;
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  },
});

/** A local path or s3://bucket/key. */
async function openGiven(s3: S3Client, settings: RunSettings): Promise<Readable> {
  const inventory = settings.inventory ?? '';
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(inventory) ?? [];
  try {
    if (bucket !== undefined && key !== undefined) {
      // Another bucket is only read, and may be anybody's: a wrong inventory cannot make wrong bytes pass.
      const bucketOwner = bucket === settings.bucket ? settings.bucketOwner : null;
      return await openObject(s3, { bucket, bucketOwner }, key);
    }
    const file = await open(inventory);
    return file.createReadStream();
  } catch (error) {
    const fault = describeFault(error);
    if (isPassing(fault)) throw error;
    throw new TransferError(
      Failure.InventoryUnusable,
      `cannot open the inventory ${inventory} on the control worker's machine: ${fault.code}: ${fault.message}`,
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

/** The file of another vault would request archives that this vault does not have. */
function refuseOtherVault({ vaultArn }: PreparedFiles, settings: RunSettings): void {
  if (vaultArn === null || vaultArn === settings.vaultArn) return;
  throw new TransferError(
    Failure.InventoryUnusable,
    `the inventory is of ${vaultArn}, the run moves ${settings.vaultArn}. Give the inventory of this vault.`,
  );
}

async function upload(s3: S3Client, files: PreparedFiles, settings: RunSettings): Promise<void> {
  const { run } = settings;
  reached('inventory.before-put');
  for (const { shard, path } of files.shards) await putFile(s3, settings, shardKey(run, shard), path);
  await putFile(s3, settings, catalogueKey(run), files.cataloguePath);
  if (files.quarantinePath !== null) await putFile(s3, settings, quarantineKey(run), files.quarantinePath);
  reached('inventory.after-put');
}
