import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { ARCHIVE_JSON } from './archive-json';
import { sqlPath } from './limited-duckdb';

/** Two row groups of a Parquet file as DuckDB cuts it: one for each of its threads. */
const PIECE_ARCHIVES = 2 * 122_880;
const READ_BYTES = 1024 * 1024;

/** What DuckDB writes as CSV of one column is the column's text, a line each: JSON has no line break. */
const LINES = `FORMAT csv, HEADER false, QUOTE '', ESCAPE ''`;

/**
 * The archives that the catalogue does not exclude, in its order: each an ArchiveRow as JSON, and a line feed. DuckDB
 * writes them to files in its own threads, the next one while one is read: reading row by row would take several times as
 * long.
 * @param cataloguePath Parquet
 * @param folder for the files, two at a time
 * @param archives how many there are
 */
export async function* archiveLines(
  connection: DuckDBConnection,
  cataloguePath: string,
  folder: string,
  archives: number,
): AsyncGenerator<Buffer> {
  const write = async (first: number): Promise<string> => {
    const file = path.join(folder, `archives-${(first / PIECE_ARCHIVES) % 2}.jsonl`);
    await connection.run(
      `COPY (
        SELECT ${ARCHIVE_JSON} FROM read_parquet($path) WHERE "index" >= $first AND "index" < $end
      ) TO ${sqlPath(file)} (${LINES})`,
      { path: cataloguePath, first: BigInt(first), end: BigInt(first + PIECE_ARCHIVES) },
    );
    return file;
  };
  const begin = (first: number): Promise<string> => {
    const writing = write(first);
    // It may fail while the piece before is read: whoever awaits it hears of that.
    writing.catch(() => undefined);
    return writing;
  };
  let next = begin(0);
  try {
    for (let end = PIECE_ARCHIVES; ; end += PIECE_ARCHIVES) {
      const file = await next;
      if (end < archives) next = begin(end);
      yield* createReadStream(file, { highWaterMark: READ_BYTES });
      if (end >= archives) return;
    }
  } finally {
    // Whoever stops early may close the connection.
    await next.catch(() => undefined);
  }
}
