import type { Readable } from 'node:stream';
import { Failure, TransferError } from '../../failures';
import type { TransferFilter } from '../../wire/request';
import type { Catalogue } from '../catalogue';
import { chunksOf, type SqlNumbers } from '../limited-duckdb';
import { giveTurn } from '../give-turn';
import type { Columns } from '../table-filler';
import { type NameSelection, nameSelection } from './name-globs';
import { findWantedIds } from './wanted-ids';

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
    `filter.${name} is no whole number or date. Nothing was requested from Glacier: correct this and start again.`,
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
