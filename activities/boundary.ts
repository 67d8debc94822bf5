import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import type { z } from 'zod';
import { awsContact } from '../src/aws/contact';
import { describeAwsError } from '../src/aws/errors';
import { rememberOrigin } from '../src/failure-origin';
import { Failure, TransferError } from '../src/failures';
import type { WithAwsContact } from '../src/wire/contact';
import { isShutdown } from './abort-signal';
import { classifyError } from './classify-error';
import { subjectOf } from './subject';
import { wrapEach, type Activity } from './wrap-each';

const LONGEST_DELAY_MS = 60_000;
/** Nobody reads more. */
const MOST_PROBLEMS = 10;

/** Exponential backoff with jitter. Throttled activities wait longer. */
function retryDelayMs(isThrottled: boolean, attempt: number): number {
  const usualMs = isThrottled ? 20_000 : Math.min(1_000 * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  return Math.round(usualMs * (0.5 + Math.random()));
}

/** The error as workflows see it: an ApplicationFailure whose type is one of `Failure`. */
function toApplicationFailure(error: unknown): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  const { attempt } = activityInfo();
  const { type, message, retryable } = classifyError(error, attempt);
  const isThrottled = !(error instanceof TransferError) && describeAwsError(error).kind === 'throttled';
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: !retryable,
    details: detailsOf(error, retryable),
    ...(retryable ? { nextRetryDelay: retryDelayMs(isThrottled, attempt) } : {}),
  });
}

/** Facts for the workflow. If there are none, a retryable failure reports for `status` how AWS responds. */
function detailsOf(error: unknown, retryable: boolean): unknown[] {
  if (error instanceof TransferError) return [...(error.options.details ?? [])];
  return retryable ? [{ aws: awsContact.report() } satisfies WithAwsContact] : [];
}

/**
 * A worker that is shutting down hands its work to another one at once; any other abort was requested. A
 * CancelledFailure of the activity itself is kept: its details say what has been completed.
 */
function interrupted(signal: AbortSignal, error: unknown): unknown {
  if (!isShutdown(signal)) return error instanceof CancelledFailure ? error : signal.reason;
  return ApplicationFailure.create({ type: Failure.Unavailable, message: 'the worker shut down', nextRetryDelay: 1 });
}

/** The schema of each activity's arguments, as a tuple. */
export type Inputs<T extends Record<string, Activity>> = {
  readonly [Name in keyof T]: z.ZodType<Parameters<T[Name]>>;
};

/**
 * Validates an input, which may come from anyone with access to the namespace.
 * @throws TransferError InvalidRequest naming the invalid fields; their values are not quoted
 */
function parsed<Input>(name: string, schema: z.ZodType<Input>, input: unknown): Input {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new TransferError(
    Failure.InvalidRequest,
    `the activity ${name} rejected its input and did nothing: ${problems.join('; ')}`,
    { details: problems },
  );
}

/**
 * Wraps the activities of a worker. This is the only place where inputs are validated and errors are converted to
 * Temporal's: code inside throws AWS errors and TransferErrors. A cancelled activity fails as cancelled, however the
 * abort surfaced inside.
 */
export const atBoundary = <T extends Record<string, Activity>>(activities: T, inputs: Inputs<T>): T =>
  wrapEach(activities, async (activity, input, name) => {
    try {
      return await activity(...parsed(name, inputs[name], input));
    } catch (error) {
      if (cancellationSignal().aborted) throw interrupted(cancellationSignal(), error);
      const failure = toApplicationFailure(error);
      rememberOrigin(failure, { error, subject: subjectOf(input) });
      throw failure;
    }
  });
