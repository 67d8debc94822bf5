import type { WorkerOptions } from '@temporalio/worker';
import { DEPLOYMENT_NAME } from '../src/ids';

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
