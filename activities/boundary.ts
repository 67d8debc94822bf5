import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { describeFault, failureOf, faultSentence } from '../src/aws/faults';
import { Failure, TransferError } from '../src/failures';

/** A throttled caller waits longer than a merely unlucky one, and not all callers equally long. */
const throttleDelayMs = (): number => 10_000 + Math.floor(Math.random() * 20_000);

/** An error as workflows know it: an ApplicationFailure whose type is one of `Failure`. */
function toApplicationFailure(error: unknown): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof TransferError) {
    return ApplicationFailure.create({
      type: error.type,
      message: error.message,
      nonRetryable: error.options.retryable !== true,
      details: [...(error.options.details ?? [])],
    });
  }
  const fault = describeFault(error);
  const { type, retryable } = failureOf(fault.kind);
  return ApplicationFailure.create({
    type,
    message: faultSentence(fault),
    nonRetryable: !retryable,
    ...(fault.kind === 'throttled' ? { nextRetryDelay: throttleDelayMs() } : {}),
  });
}

/** A worker that shuts down hands its work to another one, at once; anything else that aborts was asked for. */
function interrupted({ reason }: AbortSignal): unknown {
  const isShutdown = reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
  if (!isShutdown) return reason;
  return ApplicationFailure.create({ type: Failure.Unavailable, message: 'the worker shut down', nextRetryDelay: 1 });
}

type Activity = (...input: never[]) => Promise<unknown>;

/**
 * The one place where errors become Temporal's: wraps every activity of a factory. Inner code throws AWS errors and
 * TransferErrors as they are. An activity that was cancelled fails as cancelled, whatever the abort looked like inside.
 */
export function atBoundary<T extends Record<string, Activity>>(activities: T): T {
  const wrap =
    (activity: Activity): Activity =>
    async (...input) => {
      try {
        return await activity(...input);
      } catch (error) {
        throw cancellationSignal().aborted ? interrupted(cancellationSignal()) : toApplicationFailure(error);
      }
    };
  return Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, wrap(activity)])) as T;
}
