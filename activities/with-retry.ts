import { setTimeout } from 'node:timers/promises';
import { describeAwsError, isTransient } from '../src/aws/errors';

export const MAX_ATTEMPTS = 4;

/**
 * Retries a request after a transient error while its body is still in memory: a retry of the whole activity would have
 * to download it again.
 * @throws the last error; the signal's reason if it aborts
 */
export async function withRetry<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || signal.aborted || !isTransient(describeAwsError(error))) throw error;
      await backOff(attempt, signal);
    }
  }
}

/**
 * Exponential backoff with jitter: waits about 0.5, 1 and 2 s after the first three attempts.
 * @throws the signal's reason if it aborts
 */
export const backOff = (attempt: number, signal: AbortSignal): Promise<void> =>
  setTimeout(250 * 2 ** attempt * (0.5 + Math.random()), undefined, { signal });
