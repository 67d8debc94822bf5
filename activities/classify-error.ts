import { describeAwsError, failureOf, awsErrorSentence, requestIdOf } from '../src/aws/errors';
import { stopSentence } from '../src/aws/remedies';
import { Failure, STOPS_THE_RUN, TransferError } from '../src/failures';
import { clockFaultOf, hostFaultOf } from '../src/host-faults';
import type { Problem } from '../src/wire/progress';
import type { ArchiveFailure } from '../src/wire/transfer';

/** What an error ends in, in words for people. */
export interface ClassifiedError {
  readonly type: Failure;
  readonly message: string;
  /** Trying again can help. */
  readonly retryable: boolean;
}

/** So often a fault of the machine that is often brief is retried, which takes about 15 s, before a person is asked. */
const BRIEF_TRIES = 5;

/**
 * The meaning of whatever an activity ran into: an error of ours, of an AWS client, a stream or a socket, of the
 * worker's own machine.
 * @param tried how often the work has been tried, from 1; Infinity when there is no further try
 */
export function classifyError(error: unknown, tried = 1): ClassifiedError {
  if (error instanceof TransferError) {
    return { type: error.type, message: error.message, retryable: error.options.retryable === true };
  }
  const awsError = describeAwsError(error);
  const ofHost = hostFaultOf(error) ?? clockFaultOf(awsError);
  if (ofHost !== null) {
    const { message, isBrief } = ofHost;
    const retryable = isBrief && tried < BRIEF_TRIES;
    return { type: Failure.HostUnusable, message: `${message}${requestIdOf(awsError)}`, retryable };
  }
  const { type, retryable } = failureOf(awsError.kind);
  return { type, retryable, message: STOPS_THE_RUN.has(type) ? stopSentence(awsError) : awsErrorSentence(awsError) };
}

/**
 * What only a person can fix, and no archive is to blame for; null for every other error, and while another try may help.
 * @param tried as for {@link classifyError}
 */
export function problemOf(error: unknown, tried = 1): Problem | null {
  const { type, message, retryable } = classifyError(error, tried);
  return STOPS_THE_RUN.has(type) && !retryable ? { reason: type, message } : null;
}

/** The end of an archive; null when trying again may help, now or when a person has fixed what stops the run. */
export function lastingFailure(index: number, error: unknown): ArchiveFailure | null {
  const { type, message, retryable } = classifyError(error);
  return retryable || STOPS_THE_RUN.has(type) ? null : { index, reason: type, message };
}
