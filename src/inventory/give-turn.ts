import { setImmediate } from 'node:timers/promises';

/**
 * Lets everything else of the process have its turn: heartbeats, other runs, signals. Called between slices of heavy
 * work, which take some ten milliseconds each: nothing may keep the event loop for more than 200.
 * @throws the signal's reason when it has aborted
 */
export async function giveTurn(signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await setImmediate();
  signal?.throwIfAborted();
}
