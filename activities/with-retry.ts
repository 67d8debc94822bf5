import { setTimeout } from 'node:timers/promises';
import { describeAwsError, isTransient } from '../src/aws/errors';

export const TRIES = 4;

/**
 * Repeats a request after a passing fault or a throttle, while what it sends is still in memory: a retry of the whole
 * activity would have to download it again.
 * @throws the last error; the signal's reason when it aborts
 */
export async function withRetry<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await request();
    } catch (error) {
      if (tried === TRIES || signal.aborted || !isTransient(describeAwsError(error))) throw error;
      await backOff(tried, signal);
    }
  }
}

/**
 * Waits about 0.5, 1, 2 s after the first, second, third try, never equally long for all.
 * @throws the signal's reason when it aborts
 */
export const backOff = (tried: number, signal: AbortSignal): Promise<void> =>
  setTimeout(250 * 2 ** tried * (0.5 + Math.random()), undefined, { signal });
