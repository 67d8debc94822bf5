import { reached } from '../src/crash-points';
import { receiptOf, type Ending, untimedReceipt } from '../src/domain/receipt';
import { archiveReceiptKey, batchReceiptKey, summaryKey } from '../src/ids';
import { putReceipts, putText } from '../src/run-folder/run-files';
import type { ArchiveRow } from '../src/wire/inventory';
import type { TransferSummary } from '../src/wire/progress';
import type { RunSettings } from '../src/wire/request';
import type { SettledArchive } from '../src/wire/transfer';
import type { Dependencies } from './dependencies';

/** Writes the outcome of archives into the run's folder, where it outlives Temporal's retention of the run. */
export const createReceiptActivities = ({ clients: { s3 }, shards, softwareVersion }: Dependencies) => ({
  /** The receipt of an archive with its own workflow. */
  async writeReceipt(settings: RunSettings, index: number, ending: Omit<Ending, 'softwareVersion'>): Promise<void> {
    const [archive] = await shards.archives({ ...settings, shard: ending.shard }, [index]);
    const receipt = receiptOf(settings, archive as ArchiveRow, { ...ending, softwareVersion });
    await putReceipts(s3, settings, archiveReceiptKey(settings.run, ending.shard, index), [receipt]);
  },

  /** Receipts of small archives that were not moved. `batch` names the object. */
  async writeReceipts(
    settings: RunSettings,
    shard: number,
    batch: number,
    settled: readonly SettledArchive[],
  ): Promise<void> {
    const archives = await shards.archives(
      { ...settings, shard },
      settled.map(({ index }) => index),
    );
    const receipts = settled.map((end, position) =>
      untimedReceipt(settings, archives[position] as ArchiveRow, {
        shard,
        outcome: end.outcome,
        reason: end.reason,
        message: end.message,
        stored: null,
        jobIds: end.jobIds,
        softwareVersion,
      }),
    );
    await putReceipts(s3, settings, batchReceiptKey(settings.run, shard, batch), receipts);
  },

  /** The run's result. */
  async writeSummary(settings: RunSettings, summary: TransferSummary): Promise<void> {
    reached('summary.before-put');
    await putText(s3, settings, summaryKey(settings.run), `${JSON.stringify(summary, null, 2)}\n`);
    reached('summary.after-put');
  },
});
