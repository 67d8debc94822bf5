import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlPath } from './limited-duckdb';
import type { Selection } from './filter/select-archives';

/**
 * Writes the run's catalogue as Parquet, in the run's order: by creation date, then ArchiveId. Users may query it with their
 * own tools. Archives that are not moved are included, `excluded` and without an index.
 * @param ownFromBytes archives of this size or larger get their own workflow
 */
export async function writeParquet(
  connection: DuckDBConnection,
  cataloguePath: string,
  { condition, numbers, limit }: Selection,
  ownFromBytes: number,
): Promise<void> {
  await connection.run(
    `COPY (
      SELECT CASE WHEN moves THEN place END AS index, * EXCLUDE (place, passes, moves), NOT moves AS excluded FROM (
        SELECT *, passes AND place < $limit AS moves FROM (
          SELECT *, count(*) FILTER (passes) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - 1 AS place FROM (
            SELECT archive_id, size_bytes, tree_hash, archives.creation_date, make_timestamp_ms(created_ms) AS created_at,
              description, coalesce(renamed.key, archives.key) AS key, name_format, size_bytes >= $ownFromBytes AS own_workflow,
              ${condition} AS passes
            FROM archives LEFT JOIN renamed USING ("row")
            ORDER BY created_ms, archive_id
          )
        )
      )
    ) TO ${sqlPath(cataloguePath)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
    { ...numbers, ownFromBytes: BigInt(ownFromBytes), limit: limit ?? BigInt(Number.MAX_SAFE_INTEGER) },
  );
}
