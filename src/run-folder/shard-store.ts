import type { S3Client } from '@aws-sdk/client-s3';
import { Failure, TransferError } from '../failures';
import { shardKey } from '../ids';
import type { ArchiveRow, ShardRef } from '../wire/inventory';
import { readJsonLines } from './run-files';

/** A shard holds at most 5,000 rows, a few MB; a worker rarely handles more shards at a time. */
const CACHED_SHARDS = 16;

/** Reads the rows of shards and caches the latest ones, because many activities of one shard follow each other. */
export class ShardStore {
  private readonly cached = new Map<string, Promise<readonly ArchiveRow[]>>();

  constructor(private readonly s3: S3Client) {}

  /** All rows of a shard, in order of index. @throws the AWS error */
  async rows(ref: ShardRef): Promise<readonly ArchiveRow[]> {
    const name = `${ref.startId} ${ref.bucket}/${shardKey(ref.run, ref.shard)}`;
    const rows = this.cached.get(name) ?? readJsonLines<ArchiveRow>(this.s3, ref, shardKey(ref.run, ref.shard));
    this.cached.delete(name);
    this.cached.set(name, rows);
    const oldest = this.cached.keys().next();
    if (this.cached.size > CACHED_SHARDS && oldest.done !== true) this.cached.delete(oldest.value);
    try {
      return await rows;
    } catch (error) {
      this.cached.delete(name);
      throw error;
    }
  }

  /** The rows of some archives, in the given order. @throws TransferError if the shard has no such index */
  async archives(ref: ShardRef, indexes: readonly number[]): Promise<readonly ArchiveRow[]> {
    const rows = await this.rows(ref);
    const firstIndex = rows[0]?.index ?? 0;
    return indexes.map((index) => {
      const row = rows[index - firstIndex];
      if (row === undefined)
        throw new TransferError(Failure.InventoryUnusable, `${shardKey(ref.run, ref.shard)} has no archive ${index}`);
      return row;
    });
  }
}
