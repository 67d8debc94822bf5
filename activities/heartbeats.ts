import { activityInfo, heartbeat } from '@temporalio/activity';
import { wrapEach, type Activity } from './wrap';

const BEAT_MS = 1_000;

/**
 * Beats while `work` runs, for work without positions worth keeping. Not a lie about a hung request: every request
 * has an idle time-out of its own, and the activity its start-to-close time-out. A local activity has nobody to beat to.
 * @param details what each beat carries
 */
export async function keepBeating<T>(work: () => Promise<T>, details: () => unknown = () => null): Promise<T> {
  if (activityInfo().isLocal) return await work();
  const timer = setInterval(() => heartbeat(details()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Lets short activities beat, so that the death of their worker is noticed before they would have ended. */
export const beating = <T extends Record<string, Activity>>(activities: T): T =>
  wrapEach(activities, (activity, input) => keepBeating(() => activity(...input)));
