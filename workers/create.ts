import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createBytesActivities, createControlActivities, type Dependencies } from '../activities';
import { BYTES_QUEUE, CONTROL_QUEUE, DEPLOYMENT_NAME } from '../src/ids';
import type { WorkerPlace } from '../src/temporal/connect';

/**
 * Options of a worker that takes the tasks of its own version only: Temporal gives it none before the version has been
 * made the current one, and keeps on it the archives that have begun there.
 */
export const deploymentOf = (buildId: string | null): Pick<WorkerOptions, 'workerDeploymentOptions'> =>
  buildId === null
    ? {}
    : {
        workerDeploymentOptions: {
          version: { deploymentName: DEPLOYMENT_NAME, buildId },
          useWorkerVersioning: true,
          // Runs last for weeks and shards for days: they go on under the next version. Archives are pinned.
          defaultVersioningBehavior: 'AUTO_UPGRADE',
        },
      };

/** Positions reach the server while they are fresh: what a crash repeats is a second's work. */
const FRESH_HEARTBEATS = {
  maxHeartbeatThrottleInterval: '1 second',
  defaultHeartbeatThrottleInterval: '1 second',
} as const;

/** How much a worker of each role takes on. */
export const CAPACITY = {
  control: {
    maxConcurrentActivityTaskExecutions: 50,
    ...FRESH_HEARTBEATS,
    // Archives sleep for hours: more would only fill the workflow threads' heaps.
    maxCachedWorkflows: 1_000,
  },
  transfer: {
    // As many as there are parts in the leaf pool: more would hold connections without memory to read into.
    maxConcurrentActivityTaskExecutions: 8,
    ...FRESH_HEARTBEATS,
  },
} as const;

/** Runs workflows and light activities. */
export async function createControlWorker(
  place: WorkerPlace,
  dependencies: Dependencies,
  workflowBundlePath: string,
  overrides: Pick<WorkerOptions, 'maxCachedWorkflows' | 'workflowFailureErrorTypes'> = {},
): Promise<Worker> {
  return await Worker.create({
    ...place,
    taskQueue: CONTROL_QUEUE,
    workflowBundle: { codePath: workflowBundlePath },
    activities: createControlActivities(dependencies),
    ...CAPACITY.control,
    shutdownGraceTime: '10 seconds',
    ...overrides,
  });
}

/** Moves bytes. One for each core: it computes two checksums per byte. */
export async function createTransferWorker(place: WorkerPlace, dependencies: Dependencies): Promise<Worker> {
  return await Worker.create({
    ...place,
    taskQueue: BYTES_QUEUE,
    activities: createBytesActivities(dependencies),
    ...CAPACITY.transfer,
    // Long enough for small batches to end; a range goes on elsewhere, behind its last part.
    shutdownGraceTime: '20 seconds',
  });
}
