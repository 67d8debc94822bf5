import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Writes the run's catalogue as Parquet, in the run's order: by creation, then ArchiveId. People may query it with their
 * own tools.
 * @param ownFromBytes archives of this size and up get a workflow of their own
 */
export async function writeParquet(
  connection: DuckDBConnection,
  cataloguePath: string,
  ownFromBytes: number,
): Promise<void> {
  const target = cataloguePath.replaceAll("'", "''");
  await connection.run(
    `COPY (
      SELECT row_number() OVER () - 1 AS index, * FROM (
        SELECT archive_id, size_bytes, tree_hash, archives.creation_date, make_timestamp_ms(created_ms) AS created_at,
          description, coalesce(renamed.key, archives.key) AS key, name_format, size_bytes >= $ownFromBytes AS own
        FROM archives LEFT JOIN renamed USING ("row")
        ORDER BY created_ms, archive_id
      )
    ) TO '${target}' (FORMAT parquet, COMPRESSION zstd)`,
    { ownFromBytes: BigInt(ownFromBytes) },
  );
}
