import type { DuckDBConnection } from '@duckdb/node-api';
import { FIRST_SHARD, placeArchive, type ShardFill, type ShardLimits } from '../domain/shard-cut';
import { chunksOf } from './limited-duckdb';

/**
 * Cuts what the catalogue does not exclude into shards, in its order: DuckDB reads a Parquet file in the order it was
 * written.
 * @param cataloguePath Parquet
 */
export async function cutShards(
  connection: DuckDBConnection,
  cataloguePath: string,
  limits: ShardLimits,
): Promise<readonly ShardFill[]> {
  const archives = await connection.stream(
    'SELECT size_bytes::DOUBLE, own FROM read_parquet($path) WHERE NOT excluded',
    { path: cataloguePath },
  );
  const closed: ShardFill[] = [];
  let open = FIRST_SHARD;
  for await (const chunk of chunksOf(archives)) {
    const [sizes = [], owns = []] = chunk.getColumns();
    for (const [position, size] of sizes.entries()) {
      const placed = placeArchive(open, { sizeBytes: Number(size), own: owns[position] === true }, limits);
      if (placed.shard !== open.shard) closed.push(open);
      open = placed;
    }
  }
  return open.archives === 0 ? closed : [...closed, open];
}
