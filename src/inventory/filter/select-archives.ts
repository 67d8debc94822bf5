import type { Readable } from 'node:stream';
import type { TransferFilter } from '../../wire/request';
import type { Catalogue } from '../catalogue';
import { chunksOf } from '../limited-duckdb';
import type { Columns } from '../table-filler';
import { selectionMatcher } from './name-globs';
import { findWantedIds } from './wanted-ids';

/** Which rows of the table `archives` move. */
export interface Selection {
  /** SQL condition on a row of `archives`. */
  readonly condition: string;
  /** Of the rows that meet it, the first so many in the run's order; null: all. */
  readonly limit: number | null;
}

const ROWS: Columns<{ readonly row: number }> = { row: ['row', 'BIGINT'] };

/**
 * Applies a filter to the table `archives`, where each row has the key that it would like to have. A part that is not
 * set costs nothing.
 * @param ids the list that `filter.idsFrom` names; null when it names none
 * @param keyPrefix stands before each name in its key
 * @param signal stops the reading
 * @returns the selection, and the problems of the list of ids
 */
export async function selectArchives(
  catalogue: Catalogue,
  filter: TransferFilter,
  ids: Readable | null,
  keyPrefix: string,
  signal?: AbortSignal,
): Promise<{ readonly selection: Selection; readonly problems: readonly string[] }> {
  const conditions = [...columnConditions(filter)];
  const problems = ids === null ? [] : await findWantedIds(catalogue, ids, signal);
  if (ids !== null) conditions.push('"row" IN (SELECT "row" FROM wanted_rows)');
  const { include = [], exclude = [], limit = null } = filter;
  if (include.length + exclude.length > 0) {
    const matches = selectionMatcher(include, exclude);
    await findMatching(catalogue, allOf(conditions), (key) => matches(key.slice(keyPrefix.length)), signal);
    conditions.push('"row" IN (SELECT "row" FROM matching)');
  }
  return { selection: { condition: allOf(conditions), limit }, problems };
}

const allOf = (conditions: readonly string[]): string => conditions.join(' AND ') || 'true';

function* columnConditions({ fromDate, toDate, minSizeBytes, maxSizeBytes }: TransferFilter): Generator<string> {
  if (fromDate !== undefined) yield `created_ms >= ${Date.parse(fromDate)}`;
  if (toDate !== undefined) yield `created_ms < ${Date.parse(toDate)}`;
  if (minSizeBytes !== undefined) yield `size_bytes >= ${minSizeBytes}`;
  if (maxSizeBytes !== undefined) yield `size_bytes <= ${maxSizeBytes}`;
}

/** Fills the table `matching` with the rows under `condition` whose key matches. */
async function findMatching(
  catalogue: Catalogue,
  condition: string,
  matches: (key: string) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  const matching = await catalogue.createTable('matching', ROWS);
  const candidates = await catalogue.connection.stream(`SELECT "row", key FROM archives WHERE ${condition}`);
  for await (const chunk of chunksOf(candidates)) {
    signal?.throwIfAborted();
    const [rows = [], keys = []] = chunk.getColumns();
    const found = rows.filter((_, position) => matches(String(keys[position])));
    await matching.append(found.map((row) => ({ row: Number(row) })));
  }
  await matching.finish();
}
