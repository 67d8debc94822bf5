import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Fills the table `renamed` with the archives of `archives` that cannot keep their key, and the key that each gets.
 *
 * Among equal keys, ordered by creation and ArchiveId, the first keeps its name (a key that a person has given goes before
 * all others, and is given once) and the n-th becomes `<key>-<CreationDate>-<n>`, the form of AWS's transfer solution.
 * Where another archive bears that very name already, n goes up by the size of the group until the name is free. Names
 * with a suffix cannot meet one another: date and number can be read back from the end, and within a group the numbers
 * differ modulo its size.
 */
export async function makeKeysUnique(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE renamed AS
    WITH grouped AS (
      SELECT "row", key AS shared_key, creation_date,
        row_number() OVER (PARTITION BY key ORDER BY name_format <> 'override', created_ms, archive_id) AS n,
        count(*) OVER (PARTITION BY key) AS group_size
      FROM archives
      WHERE hash(key) IN (SELECT hash(key) FROM archives GROUP BY 1 HAVING count(*) > 1)
    )
    SELECT *, shared_key || '-' || creation_date || '-' || n AS key FROM grouped WHERE n > 1`);
  // The first of each group keeps its key, so every key of archives stays taken.
  while (await moveOn(connection));
}

/** Gives the next number to each new name that is taken; tells whether there was any. */
async function moveOn(connection: DuckDBConnection): Promise<boolean> {
  const moved = await connection.run(`
    UPDATE renamed SET n = n + group_size, key = shared_key || '-' || creation_date || '-' || (n + group_size)
    WHERE key IN (SELECT renamed.key FROM archives JOIN renamed ON archives.key = renamed.key)`);
  return moved.rowsChanged > 0;
}
