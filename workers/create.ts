import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createBytesActivities, createControlActivities, type Dependencies } from '../activities';
import { BYTES_QUEUE, CONTROL_QUEUE, DEPLOYMENT_NAME } from '../src/ids';
import type { WorkerPlace } from '../src/temporal/connect';

/**
 * Options of a worker that handles only tasks of its own version: it gets none before the version has become the current
 * one, and archives that were started on it stay on it.
 */
export const deploymentOf = (buildId: string | null): Pick<WorkerOptions, 'workerDeploymentOptions'> =>
  buildId === null
    ? {}
    : {
        workerDeploymentOptions: {
          version: { deploymentName: DEPLOYMENT_NAME, buildId },
          useWorkerVersioning: true,
          // Runs take weeks and shards days: they continue on the next version. Archives are pinned.
          defaultVersioningBehavior: 'AUTO_UPGRADE',
        },
      };

/** Heartbeats reach the server within a second, so that a crash repeats at most a second's work. */
const FRESH_HEARTBEATS = {
  maxHeartbeatThrottleInterval: '1 second',
  defaultHeartbeatThrottleInterval: '1 second',
} as const;

/** Limits of a worker of each role. */
export const CAPACITY = {
  control: {
    maxConcurrentActivityTaskExecutions: 50,
    ...FRESH_HEARTBEATS,
    // Archives wait for hours: more would only fill the heaps of the workflow threads.
    maxCachedWorkflows: 1_000,
  },
  transfer: {
    // As many as parts fit into the leaf pool: more would hold connections without memory to read into.
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

/** Moves bytes. One per core, because it computes two checksums per byte. */
export async function createTransferWorker(place: WorkerPlace, dependencies: Dependencies): Promise<Worker> {
  return await Worker.create({
    ...place,
    taskQueue: BYTES_QUEUE,
    activities: createBytesActivities(dependencies),
    ...CAPACITY.transfer,
    // Long enough for small batches to finish; a range continues on another worker after its last part.
    shutdownGraceTime: '20 seconds',
  });
}
