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

/** Signals or cancels another workflow; if it is closed, that is not an error. */
export async function ignoringClosed(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== 'ExternalWorkflowExecutionNotFound') throw error;
  }
}

/** Outcome and reason of an archive that was not verified. */
export interface Ended {
  readonly outcome: 'failed' | 'skipped';
  readonly reason: Failure;
  readonly message: string;
}

/** Our failure type of an activity's failure; null for a timeout and for other errors. */
export function failureType(error: unknown): Failure | null {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) return null;
  return Object.values(Failure).find((type) => type === cause.type) ?? null;
}

/** A problem that someone has to fix; null for any other failure. */
export function problemOf(error: unknown): Problem | null {
  const reason = failureType(error);
  return reason !== null && STOPS_THE_RUN.has(reason) ? { reason, message: rootMessage(error as Error) } : null;
}

/**
 * Whether a retry could have succeeded. An activity whose cancellation was requested is not retried after any error,
 * and a worker that dies meanwhile cannot report the cancellation.
 */
export function isTemporary(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  return error.cause instanceof TimeoutFailure || failureType(error) === Failure.Unavailable;
}

/** First detail of a failure, also of a cancelled activity. */
export function failureDetail(error: unknown): unknown {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure || cause instanceof CancelledFailure ? cause.details?.[0] : undefined;
}

/**
 * Outcome of an archive after an error.
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
    const message = `workflow ${error.workflowId} of an earlier start is still running; wait until it closes, or terminate it`;
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
