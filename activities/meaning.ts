import { describeFault, failureOf, faultSentence } from '../src/aws/faults';
import { stopSentence } from '../src/aws/stop-sentence';
import { STOPS_THE_RUN, TransferError, type Failure } from '../src/failures';
import type { Problem } from '../src/wire/progress';
import type { ArchiveFailure } from '../src/wire/transfer';

/** What an error ends in, in words for people. */
export interface Meaning {
  readonly type: Failure;
  readonly message: string;
  /** Trying again can help. */
  readonly retryable: boolean;
}

/** The meaning of whatever an activity ran into: an error of ours, of an AWS client, a stream or a socket. */
export function meaningOf(error: unknown): Meaning {
  if (error instanceof TransferError) {
    return { type: error.type, message: error.message, retryable: error.options.retryable === true };
  }
  const fault = describeFault(error);
  const { type, retryable } = failureOf(fault.kind);
  return { type, retryable, message: STOPS_THE_RUN.has(type) ? stopSentence(fault) : faultSentence(fault) };
}

/** What only a person can mend, and no archive is to blame for; null for every other error. */
export function problemOf(error: unknown): Problem | null {
  const { type, message } = meaningOf(error);
  return STOPS_THE_RUN.has(type) ? { reason: type, message } : null;
}

/** The end of an archive; null when trying again may help, now or when a person has mended what stops the run. */
export function lastingFailure(index: number, error: unknown): ArchiveFailure | null {
  const { type, message, retryable } = meaningOf(error);
  return retryable || STOPS_THE_RUN.has(type) ? null : { index, reason: type, message };
}
