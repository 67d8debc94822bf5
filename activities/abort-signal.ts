import { setMaxListeners } from 'node:events';
import { cancellationSignal } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';

/** Aborts when the activity is cancelled. Many requests of one activity listen to it: that is no leak. */
export function abortSignal(): AbortSignal {
  const signal = cancellationSignal();
  setMaxListeners(0, signal);
  return signal;
}

/** For a batch that says what it has come to even when it is cancelled: each of its items looks for itself. */
export const NEVER_ABORTED = new AbortController().signal;

/**
 * Aborts when the worker shuts down, and not when the activity is cancelled: for a request that would otherwise leave
 * behind an object of which nobody has heard.
 */
export function shutdownSignal(signal: AbortSignal): AbortSignal {
  const shutdown = new AbortController();
  setMaxListeners(0, shutdown.signal);
  const follow = (): void => {
    if (isShutdown(signal)) shutdown.abort(signal.reason);
  };
  signal.addEventListener('abort', follow, { once: true });
  follow();
  return shutdown.signal;
}

/** The worker shuts down, and another one is to take the work over; any other abort was asked for. */
export const isShutdown = ({ reason }: AbortSignal): boolean =>
  reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
