import { proxyActivities, proxyLocalActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { BytesActivities, ControlActivities } from '../activities';
import { BYTES_QUEUE, CONTROL_QUEUE } from '../src/ids';
import type { RunSettings } from '../src/wire/request';

/**
 * A temporary AWS error may last for hours; a problem that someone has to fix is not retried at all. Activities set the
 * retry delay of their own failures (activities/boundary.ts); this policy applies after a timeout, when a worker is lost.
 */
const patient = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/**
 * Waits for a cancelled activity: what it still completes counts, and nothing is cleaned up while it runs. Explicit
 * because the SDK's default is TRY_CANCEL (measured with 1.24.0), contrary to its documentation.
 */
const awaited = { cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;

/**
 * Queries and small idempotent writes. S3 may take minutes to complete an upload of 10,000 parts; a dead worker is
 * detected sooner, by its missing heartbeat.
 */
export const control = proxyActivities<ControlActivities>({
  ...awaited,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '2 days',
  retry: patient,
});

/** Each request costs money, and looking for a job whose response was lost reads many pages: a slower first retry. */
const careful = { ...patient, initialInterval: '5 seconds' } as const;

export const { initiateRetrieval } = proxyActivities<Pick<ControlActivities, 'initiateRetrieval'>>({
  ...awaited,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '2 days',
  retry: careful,
});

/** Its heartbeats list the initiated jobs, so that a retry does not initiate them again. */
export const { initiateBatch } = proxyActivities<Pick<ControlActivities, 'initiateBatch'>>({
  ...awaited,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '2 days',
  retry: careful,
});

/** One small PutObject at the end of each archive: a local activity, because it needs no task on the server. */
export const { writeReceipt } = proxyLocalActivities<Pick<ControlActivities, 'writeReceipt'>>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '2 days',
  retry: patient,
});

/** Ten million rows are downloaded, sorted and stored, or ten million receipts read, in one attempt. */
export const inventory = proxyActivities<Pick<ControlActivities, 'prepareInventory' | 'resumeRun'>>({
  ...awaited,
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '12 hours',
  heartbeatTimeout: '1 minute',
  scheduleToCloseTimeout: '2 days',
  retry: patient,
});

/**
 * Bytes. A dead worker is detected by its missing heartbeat; this timeout is the idle time after a crash. Attempts are
 * bounded by the job's 24 hours: an expired job fails at once and is requested again. The schedule-to-close timeout is
 * long enough for a slow line.
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
/** Of Temporal's five priorities the default is 3. Outputs expire after 24 hours: the older, the sooner. */
const AGES = [
  { fromHours: 12, priorityKey: 1 },
  { fromHours: 4, priorityKey: 2 },
] as const;

/** Workers serve runs fairly if the server has fairness enabled. A key has at most 64 bytes; names differ at their end. */
export const fairnessOf = ({ run }: RunSettings): { readonly fairnessKey: string } => ({ fairnessKey: run.slice(-64) });

/**
 * The activities that move bytes. The output that has waited longest for a free worker, and expires first, has
 * priority.
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
