import { setMaxListeners } from 'node:events';
import { cancellationSignal } from '@temporalio/activity';

/** Aborts when the activity is cancelled. Many requests of one activity listen to it: that is no leak. */
export function abortSignal(): AbortSignal {
  const signal = cancellationSignal();
  setMaxListeners(0, signal);
  return signal;
}
