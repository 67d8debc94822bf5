import { z } from 'zod';
import { type ApiError, asApiError } from '../api-error';
import { emptyBatch, entryIdsNotDistinct, invalidEntryId, tooManyEntries } from './errors';

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** Schema of a batch request's entries: an id each, and what the single operation takes. */
export const entriesOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.array(z.strictObject({ Id: z.string(), ...shape }));

/** @throws ApiError when the batch as a whole is refused. */
export function checkEntryIds(ids: readonly string[]): void {
  if (ids.length === 0) throw emptyBatch();
  if (ids.length > MAX_ENTRIES) throw tooManyEntries(ids.length);
  if (!ids.every((id) => ENTRY_ID.test(id))) throw invalidEntryId();
  if (new Set(ids).size < ids.length) throw entryIdsNotDistinct();
}

/** Does each entry by itself, so that one that is refused leaves the others alone. */
export function eachEntry<Entry extends { readonly Id: string }>(
  entries: readonly Entry[],
  run: (entry: Entry) => object,
): object {
  const outcomes = entries.map((entry) => {
    try {
      return { ok: true, result: { Id: entry.Id, ...run(entry) } } as const;
    } catch (error) {
      return {
        ok: false,
        result: failedEntry(entry.Id, asApiError(error)),
      } as const;
    }
  });
  return {
    Successful: outcomes.filter(({ ok }) => ok).map(({ result }) => result),
    Failed: outcomes.filter(({ ok }) => !ok).map(({ result }) => result),
  };
}

const failedEntry = (id: string, error: ApiError): object => ({
  Id: id,
  SenderFault: error.status < 500,
  Code: error.queryCode,
  Message: error.message,
});
