import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Fills the table `renamed` with the archives that cannot keep their key, and their new keys.
 *
 * Among equal keys, ordered by creation and ArchiveId, the first keeps its name (a key from the names table takes precedence
 * and is unique) and the n-th becomes `<key>-<CreationDate>-<n>`, the form of AWS's transfer solution.
 * If another archive already has that name, n increases by the size of the group until the name is free. Names
 * with a suffix cannot collide: date and number can be read back from the end, and within a group the numbers
 * differ modulo its size.
 */
export async function makeKeysUnique(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE grouped AS
    SELECT *, shared_key || '-' || creation_date || '-' AS stem FROM (
      SELECT "row", key AS shared_key, creation_date,
        row_number() OVER (PARTITION BY key ORDER BY name_format <> 'override', created_ms, archive_id) AS n,
        count(*) OVER (PARTITION BY key) AS group_size
      FROM archives
      WHERE hash(key) IN (SELECT hash(key) FROM archives GROUP BY 1 HAVING count(*) > 1)
    ) WHERE n > 1`);
  // The first of each group keeps its key, so every key of archives stays taken.
  const taken = await connection.runAndReadAll(
    'SELECT count(*) FROM grouped JOIN archives ON archives.key = grouped.stem || grouped.n',
  );
  if (Number(taken.getRows()[0]?.[0]) > 0) await moveOn(connection);
  await connection.run('CREATE TEMP TABLE renamed AS SELECT "row", stem || n AS key FROM grouped');
  await connection.run('DROP TABLE grouped');
}

/**
 * Gives the first free number to each new name that is taken. In one go, however long the chain of taken names: each may
 * have been chosen so that the next one is taken too.
 */
async function moveOn(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE taken AS
    SELECT DISTINCT stem, number FROM (
      SELECT left(key, length(key) - length(digits)) AS stem, digits::BIGINT AS number
      FROM (SELECT key, regexp_extract(key, '-([1-9][0-9]{0,15})$', 1) AS digits FROM archives)
      WHERE digits <> ''
    ) WHERE hash(stem) IN (SELECT hash(stem) FROM grouped)`);
  // Taken numbers that an archive meets on its way follow one another in steps of the group's size up to the first gap.
  await connection.run(`
    UPDATE grouped SET n = n + group_size * met FROM (
      SELECT met_row, count(*) FILTER (number = n + group_size * place) AS met FROM (
        SELECT "row" AS met_row, n, group_size, number,
          row_number() OVER (PARTITION BY "row" ORDER BY number) - 1 AS place
        FROM grouped JOIN (
          SELECT stem, number, number % group_size AS residue
          FROM taken JOIN (SELECT DISTINCT stem, group_size FROM grouped) USING (stem)
        ) AS numbers ON grouped.stem = numbers.stem AND n % group_size = residue AND number >= n
      ) GROUP BY met_row
    ) WHERE "row" = met_row`);
  await connection.run('DROP TABLE taken');
}
