import type { ShardIndexRow } from '../wire/inventory';
import type { ShardFile } from './shards';

/** Where each archive's shard is found, from the shards in order. */
export function shardIndex(shards: readonly ShardFile[]): readonly ShardIndexRow[] {
  let firstIndex = 0;
  return shards.map(({ shard, archives, bytes }) => {
    const row = { shard, firstIndex, archives, bytes };
    firstIndex += archives;
    return row;
  });
}
