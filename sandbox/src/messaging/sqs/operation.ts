import { z } from 'zod';
import type { SandboxContext } from '../../service';
import { parseInput } from '../input';
import { invalidValue, missingParameter, queueDoesNotExist } from './errors';
import type { Messages } from './messages';
import type { QueueStore } from './queue-store';

/** Dependencies of every operation. */
export interface SqsServices {
  readonly context: SandboxContext;
  readonly store: QueueStore;
  readonly messages: Messages;
}

/** One request, decoded. */
interface SqsRequest {
  readonly operation: string;
  readonly input: unknown;
  /** Aborted when the client hangs up or the sandbox closes. */
  readonly signal: AbortSignal;
  /** Adds to the call log. */
  readonly note: (detail: Readonly<Record<string, string | number>>) => void;
}

/** The result; null for an operation without one. */
export type SqsOperation = (services: SqsServices, request: SqsRequest) => Promise<object | null>;

const REFUSALS = { missing: missingParameter, invalid: invalidValue };

/** An operation that checks its input by a schema. */
export const operation =
  <Schema extends z.ZodType>(
    schema: Schema,
    run: (
      services: SqsServices,
      input: z.output<Schema>,
      request: SqsRequest,
    ) => object | null | Promise<object | null>,
  ): SqsOperation =>
  async (services, request) =>
    run(services, parseInput(schema, request.input, request.operation, REFUSALS), request);

/**
 * The queue of a URL. Only the path counts: a queue outlives the port that the sandbox listened on.
 * @throws ApiError QueueDoesNotExist
 */
export function queueInUrl({ context, store }: SqsServices, url: string, { note }: SqsRequest): string {
  const [name = '', accountId] = url.split('/').toReversed();
  note({ queue: name });
  if (accountId !== context.accountId || store.get(name) === undefined) throw queueDoesNotExist();
  return name;
}

export const queueUrl = (context: SandboxContext, name: string): string =>
  `${context.endpoint()}/${context.accountId}/${name}`;
