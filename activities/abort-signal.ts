import { setMaxListeners } from 'node:events';
import { cancellationSignal } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';

/** Aborts when the activity is cancelled. Many requests of one activity listen to it, which is not a leak. */
export function abortSignal(): AbortSignal {
  const signal = cancellationSignal();
  setMaxListeners(0, signal);
  return signal;
}

/** For a batch that returns its result even if it is cancelled: each of its items checks for cancellation itself. */
export const NEVER_ABORTED = new AbortController().signal;

/**
 * Aborts when the worker shuts down, but not when the activity is cancelled: for a request that could otherwise leave
 * behind an object that no workflow knows about.
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

/** The worker is shutting down, and another one will take over; any other abort was requested. */
export const isShutdown = ({ reason }: AbortSignal): boolean =>
  reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
