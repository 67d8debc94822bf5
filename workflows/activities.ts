import { proxyActivities, proxyLocalActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { BytesActivities, ControlActivities } from '../activities';
import { BYTES_QUEUE, CONTROL_QUEUE } from '../src/ids';
import type { RunSettings } from '../src/wire/request';

/**
 * A passing fault of AWS may last for hours; what people must fix is not retried at all. Activities choose the delay of
 * their own failures (activities/boundary.ts): these hold after a time-out, when a worker was lost.
 */
const patient = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/**
 * A cancelled activity is waited for: what it still brought to an end counts, and nothing is cleaned up under its hands.
 * Said here because the SDK's own default is TRY_CANCEL (measured with 1.24.0), whatever its documentation says.
 */
const awaited = { cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;

/**
 * Questions and small writes that do no harm when repeated. S3 may take minutes to complete an upload of 10,000 parts; a
 * dead worker is noticed sooner, by its missing heartbeat.
 */
export const control = proxyActivities<ControlActivities>({
  ...awaited,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '2 days',
  retry: patient,
});

/** Each of these requests costs money, and a look for one whose answer was lost reads many pages: a slower first retry. */
const careful = { ...patient, initialInterval: '5 seconds' } as const;

export const { initiateRetrieval } = proxyActivities<Pick<ControlActivities, 'initiateRetrieval'>>({
  ...awaited,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '2 days',
  retry: careful,
});

/** Its heartbeats name what has been requested, so that a retry does not request it again. */
export const { initiateBatch } = proxyActivities<Pick<ControlActivities, 'initiateBatch'>>({
  ...awaited,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '2 days',
  retry: careful,
});

/** One small put at the end of each archive: as a local activity it costs no task of its own on the server. */
export const { writeReceipt } = proxyLocalActivities<Pick<ControlActivities, 'writeReceipt'>>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '2 days',
  retry: patient,
});

/** Ten million rows are downloaded, sorted and stored, or ten million receipts read, within one try. */
export const inventory = proxyActivities<Pick<ControlActivities, 'prepareInventory' | 'resumeRun'>>({
  ...awaited,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '1 minute',
  scheduleToCloseTimeout: '2 days',
  retry: patient,
});

/**
 * Bytes. A dead worker is noticed by its missing heartbeat; the time-out is the price of a crash, in idle seconds.
 * The bound on tries is the job's 24 hours: an expired job fails at once and is requested again. The time to wait for a
 * free worker is as long as a slow line needs.
 */
const bytes = {
  ...awaited,
  taskQueue: BYTES_QUEUE,
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '15 seconds',
  scheduleToCloseTimeout: '60 days',
  retry: patient,
} as const;

const HOUR_MS = 3_600_000;
/** Of Temporal's five priorities the middle is 3. Outputs live for 24 hours: the older, the sooner. */
const AGES = [
  { fromHours: 12, priorityKey: 1 },
  { fromHours: 4, priorityKey: 2 },
] as const;

/** Workers serve the runs in turns, where the server has fairness enabled. A key has at most 64 bytes; names differ at their end. */
export const fairnessOf = ({ run }: RunSettings): { readonly fairnessKey: string } => ({ fairnessKey: run.slice(-64) });

/**
 * The activities that move bytes. What has waited longest for a free worker since its job was done, and will expire
 * first, goes first.
 */
export function moving(
  settings: RunSettings,
  readyAtMs: number,
  summary: string,
): ActivityInterfaceFor<BytesActivities> {
  const ageHours = (Date.now() - readyAtMs) / HOUR_MS;
  const { priorityKey } = AGES.find(({ fromHours }) => ageHours >= fromHours) ?? { priorityKey: 3 };
  return proxyActivities<BytesActivities>({ ...bytes, summary, priority: { priorityKey, ...fairnessOf(settings) } });
}
