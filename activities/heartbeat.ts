import { activityInfo, heartbeat } from '@temporalio/activity';
import { awsContact } from '../src/aws/contact';
import type { WithAwsContact } from '../src/wire/contact';
import { wrapEach, type Activity } from './wrap-each';

const HEARTBEAT_MS = 1_000;

/** A heartbeat with the position of the work and with what this process knows about AWS, for `status`. */
export function sendHeartbeat(position: object = {}): void {
  const details: WithAwsContact = { ...position, aws: awsContact.report() };
  heartbeat(details);
}

/**
 * Sends heartbeats while `work` runs. This cannot hide a hung request: every request has an idle time-out, and the
 * activity has its start-to-close time-out. Local activities have no heartbeats.
 * @param position included in each heartbeat: where a retry continues
 */
export async function withHeartbeat<T>(work: () => Promise<T>, position: () => object = () => ({})): Promise<T> {
  if (activityInfo().isLocal) return await work();
  const timer = setInterval(() => sendHeartbeat(position()), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Adds heartbeats to short activities, so that a dead worker is noticed before their time-out. */
export const withHeartbeats = <T extends Record<string, Activity>>(activities: T): T =>
  wrapEach(activities, (activity, input) => withHeartbeat(() => activity(...input)));
