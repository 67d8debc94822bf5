import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GlacierClient } from '@aws-sdk/client-glacier';
import type { S3Client } from '@aws-sdk/client-s3';
import { log } from '@temporalio/activity';
import { lastInventory } from '../src/aws/inventory-jobs';
import { reached } from '../src/crash-points';
import { Failure, TransferError } from '../src/failures';
import { catalogueKey, preparedKey, quarantineKey, shardIndexKey, shardKey } from '../src/ids';
import { InventoryError } from '../src/inventory/member';
import { prepareInventory, type PreparedFiles } from '../src/inventory/prepare';
import { shardIndex } from '../src/inventory/shards';
import { putFile, putText, toJsonLines } from '../src/run-folder/run-files';
import type { PreparedInventory } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';
import { openGiven, openInventory } from './inventory-source';

export const createPrepareInventoryActivities = ({ clients }: Dependencies) => ({
  /**
   * Streams the inventory (the output of a completed job, or the file that the request names) and cuts it into shards in
   * the run's folder in the bucket. Idempotent: a retry writes the same files again.
   * @throws TransferError InventoryUnusable, JobExpired, JobNotReady, InvalidRequest (names or ids that do not match the
   *   inventory, a filter that selects nothing); AWS errors
   */
  async prepareInventory(settings: RunSettings, jobId: string | null): Promise<PreparedInventory> {
    const signal = abortSignal();
    const workDir = await mkdtemp(join(tmpdir(), 'glacier-transfer-'));
    let rows = 0;
    try {
      return await withHeartbeat(
        async () => {
          const source = await openInventory(clients, settings, jobId, workDir, signal);
          reached('inventory.downloaded');
          const files = await prepareInventory({
            source,
            workDir,
            keyPrefix: settings.prefix,
            decode: settings.decode,
            openNames: opener(clients.s3, settings, settings.names, 'names table'),
            filter: settings.filter,
            openIds: opener(clients.s3, settings, settings.filter.idsFrom ?? null, 'list of ids'),
            largeArchiveBytes: settings.largeArchiveBytes,
            ownWorkflowUpTo: settings.ownWorkflowUpTo,
            shardArchives: settings.shardArchives,
            onProgress: (count) => (rows = count),
            signal,
          });
          rejectOtherVault(files, settings);
          await rejectPartial(clients.glacier, files, settings);
          const prepared: PreparedInventory = {
            inventoryDate: files.inventoryDate,
            shardCount: files.shards.length,
            total: files.total,
            excluded: files.excluded,
            gaps: files.gaps,
            quarantinedRows: files.quarantinedRows,
          };
          await upload(clients.s3, files, settings);
          // Written last: if this file exists, the others are complete, and a later workflow of the run can use them.
          const { vaultArn, prefix } = settings;
          await putText(
            clients.s3,
            settings,
            preparedKey(settings.run),
            JSON.stringify({ vaultArn, prefix, ...prepared }),
          );
          return prepared;
        },
        () => ({ rows }),
      );
    } catch (error) {
      throw error instanceof InventoryError ? new TransferError(Failure.InventoryUnusable, error.message) : error;
    } finally {
      // A disk that has become read-only must not hide the original error.
      await rm(workDir, { recursive: true, force: true }).catch((error: unknown) =>
        log.warn('Could not remove a work folder', { workDir, error }),
      );
    }
  },
});

/** Opens a file of the request once it is read; null if the request names none. */
const opener = (s3: S3Client, settings: RunSettings, address: string | null, what: string) =>
  address === null ? null : () => openGiven(s3, settings, address, what);

/** With the inventory of another vault, the run would request archives that this vault does not have. */
function rejectOtherVault({ vaultArn }: PreparedFiles, settings: RunSettings): void {
  if (vaultArn === null || vaultArn === settings.vaultArn) return;
  throw new TransferError(
    Failure.InventoryUnusable,
    `the inventory is of ${vaultArn}, but the run moves ${settings.vaultArn}. Pass the inventory of this vault.`,
  );
}

/** What is compared of an inventory. */
type ListedRows = Pick<PreparedFiles, 'inventoryDate' | 'total' | 'excluded' | 'quarantinedRows'>;

/** A vault as of its last inventory; null where Glacier gives no value. */
interface CountedVault {
  /** ISO 8601. */
  readonly date: string | null;
  readonly archives: number | null;
}

/**
 * The number of rows that an inventory lists and the number of archives that Glacier counted for the same inventory, if
 * the latter is larger: the inventory is incomplete then. Null if it may be complete: an inventory of another date, or
 * without a date, cannot be compared.
 */
export function missingRows(
  { inventoryDate, total, excluded, quarantinedRows }: ListedRows,
  vault: CountedVault,
): { readonly listed: number; readonly counted: number } | null {
  if (inventoryDate === null || vault.date === null || vault.archives === null) return null;
  if (inSeconds(inventoryDate) !== inSeconds(vault.date)) return null;
  const listed = total.archives + excluded.archives + quarantinedRows;
  return listed < vault.archives ? { listed, counted: vault.archives } : null;
}

/** Glacier writes the same date with and without milliseconds. */
const inSeconds = (date: string): number => Math.floor(Date.parse(date) / 1_000);

/**
 * With an incomplete inventory, the run would silently leave archives behind.
 * @throws TransferError InventoryUnusable; AWS errors
 */
async function rejectPartial(glacier: GlacierClient, files: PreparedFiles, settings: RunSettings): Promise<void> {
  if (files.inventoryDate === null) return;
  const missing = missingRows(files, await lastInventory(glacier, settings));
  if (missing === null) return;
  const advice =
    settings.inventory === null
      ? 'Start the run again later, with a newer inventory.'
      : 'Pass one created without a date range, limit and marker, or start the run without an inventory.';
  throw new TransferError(
    Failure.InventoryUnusable,
    `the inventory of ${files.inventoryDate} lists ${missing.listed} archives, but the vault had ${missing.counted} ` +
      `then: it is incomplete. No archive was requested. ${advice}`,
  );
}

async function upload(s3: S3Client, files: PreparedFiles, settings: RunSettings): Promise<void> {
  const { run } = settings;
  reached('inventory.before-put');
  for (const { shard, path } of files.shards) await putFile(s3, settings, shardKey(run, shard), path);
  await putText(s3, settings, shardIndexKey(run), toJsonLines(shardIndex(files.shards)));
  await putFile(s3, settings, catalogueKey(run), files.cataloguePath);
  if (files.quarantinePath !== null) await putFile(s3, settings, quarantineKey(run), files.quarantinePath);
  reached('inventory.after-put');
}
