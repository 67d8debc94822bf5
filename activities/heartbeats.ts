import { activityInfo, heartbeat } from '@temporalio/activity';
import { awsContact } from '../src/aws/contact';
import type { WithAwsContact } from '../src/wire/contact';

/** Any activity, whatever it takes and gives. */
export type Activity = (...input: never[]) => Promise<unknown>;

/** The same activities, each called through `call`. */
export function wrapEach<T extends Record<string, Activity>>(
  activities: T,
  call: (activity: Activity, input: never[], name: keyof T & string) => Promise<unknown>,
): T {
  const wrap = ([name, activity]: readonly [string, Activity]): readonly [string, Activity] => [
    name,
    async (...input) => await call(activity, input, name),
  ];
  return Object.fromEntries(Object.entries(activities).map(wrap)) as T;
}

const BEAT_MS = 1_000;

/** A heartbeat with the work's own position, and with what this process knows of AWS, for `status`. */
export function beat(position: object = {}): void {
  const details: WithAwsContact = { ...position, aws: awsContact.report() };
  heartbeat(details);
}

/**
 * Beats while `work` runs. Not a lie about a hung request: every request has an idle time-out of its own, and the
 * activity its start-to-close time-out. A local activity has nobody to beat to.
 * @param position what each beat carries: where a retry begins
 */
export async function keepBeating<T>(work: () => Promise<T>, position: () => object = () => ({})): Promise<T> {
  if (activityInfo().isLocal) return await work();
  const timer = setInterval(() => beat(position()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Lets short activities beat, so that the death of their worker is noticed before they would have ended. */
export const beating = <T extends Record<string, Activity>>(activities: T): T =>
  wrapEach(activities, (activity, input) => keepBeating(() => activity(...input)));
