import { z } from 'zod';
import { ApiError, asApiError } from '../api-error';
import { parseInput } from '../input';
import {
  emptyBatch,
  entryIdsNotDistinct,
  INVALID_PARAMETER,
  invalidEntryId,
  invalidValue,
  missingParameter,
  tooManyEntries,
} from './errors';
import { operation, queueInUrl, type SqsOperation, type SqsServices } from './operation';

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

type Entry<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;
type Outcome<Result> = { readonly id: string } & (
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly error: ApiError }
);

/**
 * An operation that runs `run` for each entry, so that a rejected entry does not affect the others.
 * An invalid batch is rejected as a whole: for the number of its entries, their ids, and missing or unknown parameters.
 * @param shape of an entry, without its id
 * @param checkTogether rejects the batch for its valid entries taken together
 */
export const batchOperation = <Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (services: SqsServices, queue: string, entry: Entry<Shape>) => object,
  checkTogether: (entries: readonly Entry<Shape>[]) => void = () => {},
): SqsOperation =>
  operation(
    z.strictObject({ QueueUrl: z.string(), Entries: z.array(z.looseObject({ Id: z.string() })) }),
    (services, { QueueUrl, Entries }, request) => {
      const queue = queueInUrl(services, QueueUrl, request);
      request.note({ count: Entries.length });
      checkEntryIds(Entries.map(({ Id }) => Id));
      const entries = Entries.map(({ Id: id, ...members }, index) => readEntry(id, members, index));
      checkTogether(entries.flatMap((entry) => (entry.ok ? [entry.result] : [])));
      return report(
        entries.map((entry) => (entry.ok ? attempt(entry.id, () => run(services, queue, entry.result)) : entry)),
      );

      function readEntry(id: string, members: object, index: number): Outcome<Entry<Shape>> {
        const missing = (parameter: string): ApiError => missingParameter(`Entries.${index}.${parameter}`);
        const outcome = attempt(id, () =>
          parseInput(z.strictObject(shape), members, request.operation, { missing, invalid: invalidValue }),
        );
        if (!outcome.ok && outcome.error.code !== INVALID_PARAMETER) throw outcome.error;
        return outcome;
      }
    },
  );

/** @throws ApiError for an invalid batch */
function checkEntryIds(ids: readonly string[]): void {
  if (ids.length === 0) throw emptyBatch();
  if (ids.length > MAX_ENTRIES) throw tooManyEntries(ids.length);
  if (!ids.every((id) => ENTRY_ID.test(id))) throw invalidEntryId();
  if (new Set(ids).size < ids.length) throw entryIdsNotDistinct();
}

function attempt<Result>(id: string, act: () => Result): Outcome<Result> {
  try {
    return { id, ok: true, result: act() };
  } catch (error) {
    return { id, ok: false, error: asApiError(error) };
  }
}

const report = (outcomes: readonly Outcome<object>[]): object => ({
  Successful: outcomes.flatMap((outcome) => (outcome.ok ? [{ Id: outcome.id, ...outcome.result }] : [])),
  Failed: outcomes.flatMap((outcome) => (outcome.ok ? [] : [failedEntry(outcome.id, outcome.error)])),
});

const failedEntry = (id: string, error: ApiError): object => ({
  Id: id,
  SenderFault: error.status < 500,
  Code: error.queryCode,
  Message: error.message,
});
