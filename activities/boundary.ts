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
/** More would not be read. */
const MOST_PROBLEMS = 10;

/** Not equally long for all, or they would all come back together. A throttled caller waits longer than a merely unlucky one. */
function retryDelayMs(isThrottled: boolean, attempt: number): number {
  const usualMs = isThrottled ? 20_000 : Math.min(1_000 * 2 ** (attempt - 1), LONGEST_DELAY_MS);
  return Math.round(usualMs * (0.5 + Math.random()));
}

/** An error as workflows know it: an ApplicationFailure whose type is one of `Failure`. */
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

/** Facts for the workflow; without any, what is retried tells `status` how AWS answers. */
function detailsOf(error: unknown, retryable: boolean): unknown[] {
  if (error instanceof TransferError) return [...(error.options.details ?? [])];
  return retryable ? [{ aws: awsContact.report() } satisfies WithAwsContact] : [];
}

/**
 * A worker that shuts down hands its work to another one, at once; anything else that aborts was asked for. What the
 * activity itself says of its cancellation is kept: its details are what it has brought to an end.
 */
function interrupted(signal: AbortSignal, error: unknown): unknown {
  if (!isShutdown(signal)) return error instanceof CancelledFailure ? error : signal.reason;
  return ApplicationFailure.create({ type: Failure.Unavailable, message: 'the worker shut down', nextRetryDelay: 1 });
}

/** The schema of what each activity takes, as a tuple. */
export type Inputs<T extends Record<string, Activity>> = {
  readonly [Name in keyof T]: z.ZodType<Parameters<T[Name]>>;
};

/**
 * The input as its schema gives it. It may come from anybody with access to the namespace.
 * @throws TransferError InvalidRequest with where it is wrong; what stands there is not quoted
 */
function parsed<Input>(name: string, schema: z.ZodType<Input>, input: unknown): Input {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new TransferError(
    Failure.InvalidRequest,
    `the activity ${name} does not take this input; nothing was done: ${problems.join('; ')}`,
    { details: problems },
  );
}

/**
 * The one way into the activities of a factory, and the one place where errors become Temporal's. An activity gets its
 * input parsed. Inner code throws AWS errors and TransferErrors as they are. An activity that was cancelled fails as
 * cancelled, whatever the abort looked like inside.
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
