import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import { Failure, STOPS_THE_RUN } from '../src/failures';
import type { Problem } from '../src/wire/progress';

/** Signals or cancels another workflow that may be gone by now: then there is nobody to tell, and that is no error. */
export async function ifOpen(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== 'ExternalWorkflowExecutionNotFound') throw error;
  }
}

/** Why and how something ended that was not verified. */
export interface Ended {
  readonly outcome: 'failed' | 'skipped';
  readonly reason: Failure;
  readonly message: string;
}

/** Our failure type of an activity's failure; null for a time-out and for what is not ours. */
export function failureType(error: unknown): Failure | null {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) return null;
  return Object.values(Failure).find((type) => type === cause.type) ?? null;
}

/** What only a person can mend; null for any other failure. */
export function problemOf(error: unknown): Problem | null {
  const reason = failureType(error);
  return reason !== null && STOPS_THE_RUN.has(reason) ? { reason, message: rootMessage(error as Error) } : null;
}

/**
 * Whether another try could have done better. An activity that was asked to stop is not tried again, whatever its last
 * try met, and a worker that dies meanwhile cannot say that it has stopped.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  return error.cause instanceof TimeoutFailure || failureType(error) === Failure.Unavailable;
}

/** What the failure's details begin with, those of an activity that was cancelled too. */
export function failureDetail(error: unknown): unknown {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure || cause instanceof CancelledFailure ? cause.details?.[0] : undefined;
}

/**
 * The ending that an error means for an archive.
 * @throws the error itself when it is a bug in workflow code: the workflow task must fail and be retried then
 */
export function endedBy(error: unknown): Ended {
  if (isCancellation(error)) {
    return {
      outcome: 'skipped',
      reason: Failure.Cancelled,
      message: 'cancelled before the archive was done',
    };
  }
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const message = `workflow ${error.workflowId} runs already, left by an earlier start; wait for its end, or terminate it`;
    return { outcome: 'failed', reason: Failure.AlreadyRunning, message };
  }
  const ours =
    error instanceof ApplicationFailure || error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  if (!ours) throw error;
  return { outcome: 'failed', reason: failureType(error) ?? Failure.Unavailable, message: rootMessage(error) };
}

function rootMessage(error: Error): string {
  let deepest = error;
  while (deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest.message;
}
