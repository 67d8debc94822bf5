import { describeAwsError, failureOf, awsErrorSentence, requestIdOf } from '../src/aws/errors';
import { stopSentence } from '../src/aws/remedies';
import { Failure, STOPS_THE_RUN, TransferError } from '../src/failures';
import { clockFaultOf, hostFaultOf } from '../src/host-faults';
import type { Problem } from '../src/wire/progress';
import type { ArchiveFailure } from '../src/wire/transfer';

/** An error as the workflow and people see it. */
export interface ClassifiedError {
  readonly type: Failure;
  readonly message: string;
  /** A retry can succeed. */
  readonly retryable: boolean;
}

/** Attempts before a fault of the machine that is usually brief needs a person; they take about 15 s. */
const BRIEF_TRIES = 5;

/**
 * Classifies any error of an activity: one of ours, of an AWS client, of a stream or socket, or of the worker's machine.
 * @param attempt counted from 1; Infinity if there is no further attempt
 */
export function classifyError(error: unknown, attempt = 1): ClassifiedError {
  if (error instanceof TransferError) {
    return { type: error.type, message: error.message, retryable: error.options.retryable === true };
  }
  const awsError = describeAwsError(error);
  const ofHost = hostFaultOf(error) ?? clockFaultOf(awsError);
  if (ofHost !== null) {
    const { message, isBrief } = ofHost;
    const retryable = isBrief && attempt < BRIEF_TRIES;
    return { type: Failure.HostUnusable, message: `${message}${requestIdOf(awsError)}`, retryable };
  }
  const { type, retryable } = failureOf(awsError.kind);
  return { type, retryable, message: STOPS_THE_RUN.has(type) ? stopSentence(awsError) : awsErrorSentence(awsError) };
}

/**
 * A problem that only a person can fix and that no archive causes; null for all other errors, and while a retry may help.
 * @param attempt as for {@link classifyError}
 */
export function problemOf(error: unknown, attempt = 1): Problem | null {
  const { type, message, retryable } = classifyError(error, attempt);
  return STOPS_THE_RUN.has(type) && !retryable ? { reason: type, message } : null;
}

/** The failure of an archive; null if a retry may help, now or once a person has fixed what stops the run. */
export function lastingFailure(index: number, error: unknown): ArchiveFailure | null {
  const { type, message, retryable } = classifyError(error);
  return retryable || STOPS_THE_RUN.has(type) ? null : { index, reason: type, message };
}
