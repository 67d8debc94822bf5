import { activityInfo } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { STOPS_THE_RUN, TransferError, type Failure } from '../src/failures';
import { classifyError } from './classify-error';

/**
 * Adds the progress of the work to an error, so that the workflow can continue from there: when a paused run is resumed,
 * when a person has fixed what stopped the run, and after the given failures. Any other error is returned unchanged.
 * @param progress plain values
 */
export function withProgress(
  error: unknown,
  signal: AbortSignal,
  progress: unknown,
  continuedAfter: readonly Failure[] = [],
): unknown {
  if (signal.aborted) return new CancelledFailure((signal.reason as Error).message, [progress]);
  const { type, message, retryable } = classifyError(error, activityInfo().attempt);
  const isContinued = continuedAfter.includes(type) || STOPS_THE_RUN.has(type);
  return isContinued ? new TransferError(type, message, { retryable, details: [progress] }) : error;
}
