import { activityInfo } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { STOPS_THE_RUN, TransferError, type Failure } from '../src/failures';
import { classifyError } from './classify-error';

/**
 * An error that carries how far the work had come, for a workflow that continues it there: when a paused run is resumed,
 * when a person has fixed what stopped the run, and after the failures given. Any other error stays as it is.
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
