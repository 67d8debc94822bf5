import type { Catalogue } from './catalogue';
import { type FileProblems, MOST_EXAMPLES } from './file-problems';

/** A table with the columns `line` and `archive_id` that a person's file has filled. */
export type GivenTable = 'wanted' | 'overrides';

/**
 * Finds the archives that a person's file names: fills the table `<table>_rows` with `line` and the archive's `row`,
 * null where the inventory has none of that id. What follows then joins by number, not by id.
 */
export async function matchGivenIds({ connection }: Catalogue, table: GivenTable): Promise<void> {
  await connection.run(
    `CREATE TABLE ${table}_rows AS SELECT given.line, archives."row" FROM ${table} given LEFT JOIN archives USING (archive_id)`,
  );
}

/** Adds the ids that the inventory does not have to the file's problems. */
export async function tellUnknownIds(catalogue: Catalogue, table: GivenTable, problems: FileProblems): Promise<void> {
  const unknown = `SELECT line FROM ${table} WHERE line IN (SELECT line FROM ${table}_rows WHERE "row" IS NULL)`;
  await tellProblems(catalogue, problems, 'archive ids that the inventory does not have', unknown);
}

/**
 * Adds the rows of a query as problems of one kind.
 * @param query with the columns `line` and, if it says so, `first_line`
 */
export async function tellProblems(
  catalogue: Catalogue,
  problems: FileProblems,
  kind: string,
  query: string,
): Promise<void> {
  const count = await catalogue.count(query);
  if (count === 0) return;
  const found = await catalogue.connection.runAndReadAll(`${query} ORDER BY line LIMIT ${MOST_EXAMPLES}`);
  problems.addCounted(
    kind,
    count,
    found.getRowObjects().map((row) => ({
      line: Number(row['line']),
      ...('first_line' in row ? { firstLine: Number(row['first_line']) } : {}),
    })),
  );
}
