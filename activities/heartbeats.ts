import { heartbeat } from '@temporalio/activity';

const BEAT_MS = 1_000;

/**
 * Beats while `work` runs, for work without positions worth keeping. Not a lie about a hung request: every request
 * has an idle time-out of its own, and the activity its start-to-close time-out.
 * @param details what each beat carries
 */
export async function keepBeating<T>(work: () => Promise<T>, details: () => unknown = () => null): Promise<T> {
  const timer = setInterval(() => heartbeat(details()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
