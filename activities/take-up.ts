import { RunRecords } from '../src/run-folder/run-records';
import { TallyBook } from '../src/domain/tally';
import type { TakenUp } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';
import type { Dependencies } from './dependencies';
import { keepBeating } from './heartbeats';

export const createTakeUpActivities = ({ clients: { s3 }, shards }: Dependencies) => ({
  /**
   * What the receipts say of the first `shardCount` shards, without those that are `open`.
   * @param released shards that are known to have begun; of the others the receipts tell
   */
  async takeUp(settings: RunSettings, shardCount: number, released: number, open: readonly number[]): Promise<TakenUp> {
    const records = new RunRecords(s3, settings, settings.run);
    const closed = new TallyBook();
    const again: number[] = [];
    let nextShard = released;
    const read = async (shard: number): Promise<void> => {
      const receipts = await records.receipts(shard);
      if (receipts.size === 0) {
        again.push(shard);
        return;
      }
      nextShard = Math.max(nextShard, shard + 1);
      const rows = await shards.rows({ ...settings, shard });
      const isDone = rows.every(({ index }) => receipts.get(index)?.outcome === 'verified');
      if (!isDone) again.push(shard);
      else for (const { sizeBytes } of rows) closed.add('verified', sizeBytes);
    };
    let shard = 0;
    await keepBeating(
      async () => {
        for (; shard < shardCount; shard += 1) if (!open.includes(shard)) await read(shard);
      },
      () => ({ shard }),
    );
    // Shards are released in order: those behind the last receipt have not begun.
    return { closed: closed.toWire(), again: again.filter((number) => number < nextShard), nextShard };
  },
});
