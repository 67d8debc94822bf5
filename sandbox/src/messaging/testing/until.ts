import { setImmediate } from 'node:timers/promises';

/** Resolves as soon as the condition holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}
