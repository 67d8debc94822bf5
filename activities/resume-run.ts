import { untimedReceipt } from '../src/domain/receipt';
import { TallyBook } from '../src/domain/tally';
import { Failure, TransferError } from '../src/failures';
import { batchReceiptKey, controlPrefix, preparedKey } from '../src/ids';
import { putReceipts, readText } from '../src/run-folder/run-files';
import { RunRecords } from '../src/run-folder/run-records';
import type { ArchiveRow, PreparedInventory, ShardContents, ResumedRun } from '../src/wire/inventory';
import type { ShardReport } from '../src/wire/signals';
import type { Receipt } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { Dependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';

/** Reads what earlier workflows of a run have left in its folder. Receipts are authoritative. */
export const createResumeRunActivities = ({ clients: { s3 }, shards, softwareVersion }: Dependencies) => {
  const recordsOf = (settings: RunSettings) => new RunRecords(s3, settings, settings.run);

  return {
    /**
     * The inventory that an earlier workflow of the run has prepared; null for a new run.
     * @throws TransferError InvalidRequest if that run moved another vault, or moved it to other keys
     */
    async findPreparedInventory(settings: RunSettings): Promise<PreparedInventory | null> {
      const text = await readText(s3, settings, preparedKey(settings.run));
      if (text === null) return null;
      const { vaultArn, prefix, ...prepared } = JSON.parse(text) as PreparedInventory & RunSettings;
      if (vaultArn === settings.vaultArn && prefix === settings.prefix) return prepared;
      throw new TransferError(
        Failure.InvalidRequest,
        `s3://${settings.bucket}/${controlPrefix(settings.run)} holds a run of this name that moves ${vaultArn} to the ` +
          `prefix "${prefix}". It was not changed. Choose another name for this run.`,
      );
    },

    /**
     * What the receipts say about the first `shardCount` shards, except those that are `open`.
     * @param released number of shards known to have started; for the others the receipts decide
     */
    resumeRun: async (
      settings: RunSettings,
      shardCount: number,
      released: number,
      open: readonly number[],
    ): Promise<ResumedRun> => {
      const records = recordsOf(settings);
      const closed = new TallyBook();
      const reopened: number[] = [];
      let nextShard = released;
      const read = async (shard: number): Promise<void> => {
        const receipts = await records.receipts(shard);
        if (receipts.size === 0) {
          reopened.push(shard);
          return;
        }
        nextShard = Math.max(nextShard, shard + 1);
        const rows = await shards.rows({ ...settings, shard });
        const isDone = rows.every(({ index }) => receipts.get(index)?.outcome === 'verified');
        if (!isDone) reopened.push(shard);
        else for (const { sizeBytes } of rows) closed.add('verified', sizeBytes);
      };
      let shard = 0;
      await withHeartbeat(
        async () => {
          for (; shard < shardCount; shard += 1) if (!open.includes(shard)) await read(shard);
        },
        () => ({ shard }),
      );
      // Shards are released in order: those after the last receipt have not started.
      return { closed: closed.toWire(), reopened: reopened.filter((number) => number < nextShard), nextShard };
    },

    /** What a shard workflow must know about its rows; for a reopened shard also what is already done. */
    async openShard(settings: RunSettings, shard: number, reopened: boolean): Promise<ShardContents> {
      const rows = await shards.rows({ ...settings, shard });
      const records = recordsOf(settings);
      const receipts = reopened ? await records.receipts(shard) : new Map<number, Receipt>();
      return {
        firstIndex: rows[0]?.index ?? 0,
        sizesBytes: rows.map((row) => row.sizeBytes),
        ownWorkflow: rows.filter((row) => row.ownWorkflow).map(({ index, archiveId }) => ({ index, archiveId })),
        verified: rows.filter(({ index }) => receipts.get(index)?.outcome === 'verified').map(({ index }) => index),
        nextBatch: reopened ? (await records.lastBatch(shard)) + 1 : 1,
      };
    },

    /**
     * Settles a shard whose workflow was terminated: archives without a receipt get one with the failure ShardLost.
     * Returns the final report that the shard could not send.
     */
    async settleLostShard(settings: RunSettings, shard: number): Promise<ShardReport> {
      const records = recordsOf(settings);
      const receipts = new Map(await records.receipts(shard));
      const rows = await shards.rows({ ...settings, shard });
      const lost = rows.filter(({ index }) => !receipts.has(index)).map((row) => lostReceipt(settings, shard, row));
      if (lost.length > 0) {
        const key = batchReceiptKey(settings.run, shard, (await records.lastBatch(shard)) + 1);
        await putReceipts(s3, settings, key, lost);
      }
      for (const receipt of lost) receipts.set(receipt.index, receipt);
      return reportOf(shard, [...receipts.values()]);
    },
  };

  function lostReceipt(settings: RunSettings, shard: number, row: ArchiveRow): Receipt {
    return untimedReceipt(settings, row, {
      shard,
      outcome: 'failed',
      reason: Failure.ShardLost,
      message: 'the workflow of its shard was terminated; "glacier-transfer retry" resumes the archive',
      stored: null,
      jobIds: [],
      softwareVersion,
    });
  }
};

function reportOf(shard: number, receipts: readonly Receipt[]): ShardReport {
  const tally = new TallyBook();
  const failures: Record<string, number> = {};
  for (const { outcome, reason, sizeBytes } of receipts) {
    tally.add(outcome, sizeBytes);
    if (outcome === 'failed' && reason !== null) failures[reason] = (failures[reason] ?? 0) + 1;
  }
  const unaccounted = { neededBytes: 0, requestedBytes: 0 };
  return { shard, sequence: 0, final: true, failures, throttle: null, retries: 0, ...unaccounted, ...tally.toWire() };
}
