import type { Readable } from 'node:stream';
import { Failure, TransferError } from '../failures';
import type { TransferFilter } from '../wire/request';
import type { Catalogue } from './catalogue';
import { type Selection, selectArchives } from './filter/select-archives';
import { overrideNames } from './overrides/override-names';

/**
 * What a request says of the archives that an inventory lists. Files are opened when they are read, not before: an idle
 * connection would be cut.
 */
export interface RequestedNamesAndFilter {
  /** Put before every name as it is. */
  readonly keyPrefix: string;
  /** Opens the names that a person has given, CSV; null when there are none. */
  readonly openNames: (() => Promise<Readable>) | null;
  readonly filter: TransferFilter;
  /** Opens the list that `filter.idsFrom` names; null when it names none. */
  readonly openIds: (() => Promise<Readable>) | null;
  readonly signal?: AbortSignal;
}

/**
 * Applies the names and the filter of a request to the table `archives`.
 * @throws TransferError InvalidRequest with everything in its files that does not fit the inventory
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
 * Counts the archives that were found, and those of them that move.
 * @throws TransferError InvalidRequest when the filter leaves none
 */
export async function countMoved(
  catalogue: Catalogue,
  { condition, numbers, limit }: Selection,
): Promise<{ readonly found: number; readonly moved: number }> {
  const found = await catalogue.count('FROM archives');
  const passing = await catalogue.count(`FROM archives WHERE ${condition}`, numbers);
  if (found > 0 && passing === 0) throw invalid([`the filter leaves none of ${found} archives`]);
  return { found, moved: Math.min(passing, Number(limit ?? passing)) };
}

const invalid = (problems: readonly string[]): TransferError =>
  new TransferError(
    Failure.InvalidRequest,
    `${problems.join('; ')}. Nothing was requested from Glacier: correct this and start again.`,
    { details: problems },
  );
