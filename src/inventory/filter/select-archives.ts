import type { Readable } from 'node:stream';
import { Failure, TransferError } from '../../failures';
import type { TransferFilter } from '../../wire/request';
import type { Catalogue } from '../catalogue';
import { chunksOf, type SqlNumbers } from '../limited-duckdb';
import { giveTurn } from '../give-turn';
import type { Columns } from '../table-filler';
import { type NameSelection, nameSelection } from './name-globs';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountAndBytes } from '../../wire/inventory';
import { FileProblems, matchGivenIds, reportUnknownIds } from '../file-problems';
import { ARCHIVE_ID } from '../row';
import { readLines } from '../text-lines';

interface WantedId {
  readonly line: number;
  readonly archiveId: string;
}

/** An id has at most 255 characters. */
const MAX_LINE_BYTES = 64 * 1024;

const COLUMNS: Columns<WantedId> = { line: ['line', 'BIGINT'], archiveId: ['archive_id', 'VARCHAR'] };

/**
 * Reads archive ids, one a line, and finds their archives: fills the table `wanted_rows`. Empty lines and an id that is
 * there twice do no harm; anything else that is no id of the inventory is a problem, since a typo would leave an archive
 * behind.
 * @param signal stops the reading
 * @returns the file's problems
 * @throws TransferError InvalidRequest for a line that no list of ids has; the signal's reason when it has aborted
 */
async function findWantedIds(catalogue: Catalogue, source: Readable, signal?: AbortSignal): Promise<readonly string[]> {
  const problems = new FileProblems('list of ids');
  const wanted = await catalogue.createTable('wanted', COLUMNS);
  for await (const { first, texts } of readLines(source, MAX_LINE_BYTES, tooLong, signal)) {
    const ids: WantedId[] = [];
    for (const [position, text] of texts.entries()) {
      const line = first + position;
      const archiveId = text.trim();
      if (ARCHIVE_ID.test(archiveId)) ids.push({ line, archiveId });
      else if (archiveId !== '') problems.add('lines that are not archive ids', { line });
    }
    await wanted.append(ids);
  }
  await wanted.finish();
  await matchGivenIds(catalogue, 'wanted');
  await reportUnknownIds(catalogue, 'wanted', problems);
  return problems.list();
}

const tooLong = (line: number): TransferError =>
  new TransferError(
    Failure.InvalidRequest,
    `line ${line} of the list of ids has more than ${MAX_LINE_BYTES} bytes: it is not a list of ids, one per line. ` +
      'Nothing was requested from Glacier: correct this and start again.',
  );

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

/** Which rows of the table `archives` move. */
export interface Selection {
  /** SQL condition on a row of `archives`. */
  readonly condition: string;
  /** Values of the parameters in it. */
  readonly numbers: SqlNumbers;
  /** Of the rows that meet it, the first so many in the run's order; null: all. */
  readonly limit: bigint | null;
}

const ROWS: Columns<{ readonly row: number }> = { row: ['row', 'BIGINT'] };

/**
 * Applies a filter to the table `archives`, where each row has the key that it would like to have. A part that is not
 * set costs nothing.
 * @param ids the list that `filter.idsFrom` names; null when it names none
 * @param keyPrefix stands before each name in its key
 * @param signal stops the reading
 * @returns the selection, and the problems of the list of ids
 * @throws TransferError InvalidRequest for a list of ids that is no text of lines, or a filter with a value that is no
 *   number or date
 */
export async function selectArchives(
  catalogue: Catalogue,
  filter: TransferFilter,
  ids: Readable | null,
  keyPrefix: string,
  signal?: AbortSignal,
): Promise<{ readonly selection: Selection; readonly problems: readonly string[] }> {
  const { conditions, numbers } = columnConditions(filter);
  const problems = ids === null ? [] : await findWantedIds(catalogue, ids, signal);
  if (ids !== null) conditions.push('"row" IN (SELECT "row" FROM wanted_rows)');
  const { include = [], exclude = [], limit } = filter;
  if (include.length + exclude.length > 0) {
    const matches = nameSelection(include, exclude);
    await findMatching(catalogue, { condition: allOf(conditions), numbers }, matches, keyPrefix, signal);
    conditions.push('"row" IN (SELECT "row" FROM matching)');
  }
  const limited = limit === undefined ? null : wholeNumber('limit', limit);
  return { selection: { condition: allOf(conditions), numbers, limit: limited }, problems };
}

const allOf = (conditions: readonly string[]): string => conditions.join(' AND ') || 'true';

/** What a filter says of the columns of `archives`: its values are parameters, never part of the SQL. */
function columnConditions({ fromDate, toDate, minSizeBytes, maxSizeBytes }: TransferFilter): {
  readonly conditions: string[];
  readonly numbers: SqlNumbers;
} {
  const limits = [
    ['fromDate', 'created_ms >= $fromDate', fromDate === undefined ? undefined : Date.parse(fromDate)],
    ['toDate', 'created_ms < $toDate', toDate === undefined ? undefined : Date.parse(toDate)],
    ['minSizeBytes', 'size_bytes >= $minSizeBytes', minSizeBytes],
    ['maxSizeBytes', 'size_bytes <= $maxSizeBytes', maxSizeBytes],
  ] as const;
  const given = limits.flatMap(([name, condition, value]) =>
    value === undefined ? [] : [{ name, condition, value: wholeNumber(name, value) }],
  );
  return {
    conditions: given.map(({ condition }) => condition),
    numbers: Object.fromEntries(given.map(({ name, value }) => [name, value])),
  };
}

/** Settings come from anybody who may reach the task queue: their types promise nothing. */
function wholeNumber(name: keyof TransferFilter, value: number): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new TransferError(
    Failure.InvalidRequest,
    `filter.${name} is not a whole number or date. Nothing was requested from Glacier: correct this and start again.`,
  );
}

/** Fills the table `matching` with the rows of a selection whose name matches. */
async function findMatching(
  catalogue: Catalogue,
  { condition, numbers }: Pick<Selection, 'condition' | 'numbers'>,
  selection: NameSelection,
  keyPrefix: string,
  signal?: AbortSignal,
): Promise<void> {
  const matching = await catalogue.createTable('matching', ROWS);
  const candidates = await catalogue.connection.stream(`SELECT "row", key FROM archives WHERE ${condition}`, numbers);
  for await (const chunk of chunksOf(candidates)) {
    await giveTurn(signal);
    const [rows = [], keys = []] = chunk.getColumns();
    const found: { readonly row: number }[] = [];
    for (const [position, row] of rows.entries()) {
      const search = selection(String(keys[position]).slice(keyPrefix.length));
      let answer = search.next();
      for (; answer.done !== true; answer = search.next()) await giveTurn(signal);
      if (answer.value) found.push({ row: Number(row) });
    }
    await matching.append(found);
  }
  await matching.finish();
}
