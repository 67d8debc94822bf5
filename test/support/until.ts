import { setTimeout } from 'node:timers/promises';

const POLL_MS = 50;

/** Polls until the condition is true. The only limit is the timeout of the test. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(POLL_MS);
}
