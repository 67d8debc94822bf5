import type { Readable } from 'node:stream';
import { Failure, TransferError } from '../failures';
import type { TransferFilter } from '../wire/request';
import type { Catalogue } from './catalogue';
import { type Selection, selectArchives } from './filter/select-archives';
import { overrideNames } from './overrides/override-names';

/**
 * The names and the filter of a request. Files are opened only when they are read: an idle connection would be closed.
 */
export interface RequestedNamesAndFilter {
  /** Prepended to every name unchanged. */
  readonly keyPrefix: string;
  /** Opens the names table, CSV; null if there is none. */
  readonly openNames: (() => Promise<Readable>) | null;
  readonly filter: TransferFilter;
  /** Opens the list named by `filter.idsFrom`; null if there is none. */
  readonly openIds: (() => Promise<Readable>) | null;
  readonly signal?: AbortSignal;
}

/**
 * Applies the names and the filter of a request to the table `archives`.
 * @throws TransferError InvalidRequest with everything in its files that does not match the inventory
 */
export async function applyRequest(request: RequestedNamesAndFilter, catalogue: Catalogue): Promise<Selection> {
  const { filter, keyPrefix, openNames, openIds, signal } = request;
  const nameProblems = openNames === null ? [] : await overrideNames(catalogue, await openNames(), keyPrefix, signal);
  const ids = openIds === null ? null : await openIds();
  const { selection, problems } = await selectArchives(catalogue, filter, ids, keyPrefix, signal);
  if (nameProblems.length + problems.length > 0) throw invalid([...nameProblems, ...problems]);
  return selection;
}

/**
 * Counts all archives, and those that are moved.
 * @throws TransferError InvalidRequest when no archive passes the filter
 */
export async function countMoved(
  catalogue: Catalogue,
  { condition, numbers, limit }: Selection,
): Promise<{ readonly found: number; readonly moved: number }> {
  const found = await catalogue.count('FROM archives');
  const passing = await catalogue.count(`FROM archives WHERE ${condition}`, numbers);
  if (found > 0 && passing === 0) throw invalid([`none of the ${found} archives passes the filter`]);
  return { found, moved: Math.min(passing, Number(limit ?? passing)) };
}

const invalid = (problems: readonly string[]): TransferError =>
  new TransferError(
    Failure.InvalidRequest,
    `${problems.join('; ')}. Nothing was requested from Glacier: correct this and start again.`,
    { details: problems },
  );
