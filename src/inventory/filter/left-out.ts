import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountAndBytes } from '../../wire/inventory';

/** What a filter leaves out, and in how many places it does so between archives that move, in the run's order. */
export interface LeftOut {
  readonly excluded: CountAndBytes;
  readonly gaps: number;
}

/** @param cataloguePath Parquet, which DuckDB reads in the order it was written */
export async function countLeftOut(connection: DuckDBConnection, cataloguePath: string): Promise<LeftOut> {
  const result = await connection.runAndReadAll(
    `SELECT
      count(*) FILTER (excluded) AS archives,
      coalesce(sum(size_bytes) FILTER (excluded), 0)::VARCHAR AS bytes,
      count(*) FILTER (NOT excluded AND after_excluded AND index > 0) AS gaps
    FROM (SELECT *, lag(excluded, 1, false) OVER () AS after_excluded FROM read_parquet($path))`,
    { path: cataloguePath },
  );
  const [row] = result.getRowObjects();
  return {
    excluded: { archives: Number(row?.['archives']), bytes: String(row?.['bytes']) },
    gaps: Number(row?.['gaps']),
  };
}
