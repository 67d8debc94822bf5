import type { DuckDBConnection } from '@duckdb/node-api';
import { giveTurn } from './give-turn';
import { type Quarantine, rawText } from './quarantine';

const REASON = 'ArchiveId occurs in an earlier row.';

/**
 * Moves every row whose ArchiveId an earlier row has already from the table `archives` into the quarantine.
 * Hashes narrow the search first: ids themselves take too much memory by the million.
 * @param signal stops the work
 * @throws InventoryError when there are too many of them
 */
export async function quarantineRepeatedIds(
  connection: DuckDBConnection,
  quarantine: Quarantine,
  signal?: AbortSignal,
): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE repeated AS
    SELECT * FROM archives
    WHERE hash(archive_id) IN (SELECT hash(archive_id) FROM archives GROUP BY 1 HAVING count(*) > 1)
    QUALIFY row_number() OVER (PARTITION BY archive_id ORDER BY "row") > 1`);
  const repeated = await connection.stream('SELECT * FROM repeated ORDER BY "row"');
  for await (const rows of repeated.yieldRowObjects()) {
    await giveTurn(signal);
    await quarantine.add(
      rows.map((row) => ({
        row: Number(row['row']),
        reason: REASON,
        raw: rawText({
          ArchiveId: row['archive_id'],
          ArchiveDescription: row['description'],
          CreationDate: row['creation_date'],
          Size: Number(row['size_bytes']),
          SHA256TreeHash: row['tree_hash'],
        }),
      })),
    );
  }
  await connection.run('DELETE FROM archives WHERE "row" IN (SELECT "row" FROM repeated)');
  await connection.run('DROP TABLE repeated');
}
