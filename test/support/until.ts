import { setTimeout } from 'node:timers/promises';

const ASK_AGAIN_MS = 50;

/** Asks until the answer is yes. Has no limit of its own: the test's time-out is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(ASK_AGAIN_MS);
}
