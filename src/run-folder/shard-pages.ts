import type { ArchiveRow, ShardIndexRow } from '../wire/inventory';

/** Consecutive archives of one shard. */
export interface ShardPage {
  readonly shard: number;
  readonly rows: readonly ArchiveRow[];
}

/**
 * The shard of an archive.
 * @param shards in order of index
 * @throws RangeError if no shard holds the archive: the shard index is incomplete
 */
export function shardOf(shards: readonly ShardIndexRow[], index: number): ShardIndexRow {
  const shard = shards.findLast(({ firstIndex }) => firstIndex <= index);
  if (shard === undefined || index >= endOf(shard)) throw new RangeError(`No shard holds archive ${index}.`);
  return shard;
}

/** Splits consecutive archives into pages at the end of each shard, and after `most` archives. */
export function pagesByShard(
  shards: readonly ShardIndexRow[],
  rows: readonly ArchiveRow[],
  most: number,
): readonly ShardPage[] {
  const pages: ShardPage[] = [];
  for (let start = 0; start < rows.length; start += pages.at(-1)?.rows.length ?? 0) {
    const { index } = rows[start] as ArchiveRow;
    const shard = shardOf(shards, index);
    const length = Math.min(most, endOf(shard) - index);
    pages.push({ shard: shard.shard, rows: rows.slice(start, start + length) });
  }
  return pages;
}

/** Index after the last archive of a shard. */
const endOf = ({ firstIndex, archives }: ShardIndexRow): number => firstIndex + archives;
