import { setTimeout } from 'node:timers/promises';

/** Waits before another try: about 0.5, 1, 2 … seconds, never equally long for all. @throws when the signal aborts */
export async function pause(tried: number, signal: AbortSignal): Promise<void> {
  await setTimeout(250 * 2 ** tried * (0.5 + Math.random()), undefined, { signal });
}
