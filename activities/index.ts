import { atBoundary } from './boundary';
import { createCheckJobsActivities } from './check-jobs';
import { createCheckRequestActivities } from './check-request';
import { createCheckSeriesActivities } from './check-series';
import type { Dependencies } from './dependencies';
import { endingDefects } from './end-defects';
import { withHeartbeats } from './heartbeat';
import { createInitiateBatchActivities } from './initiate-batch';
import { createInitiateInventoryActivities } from './initiate-inventory';
import { createInitiateRetrievalActivities } from './initiate-retrieval';
import { bytesInputs, controlInputs } from './inputs/activity-inputs';
import { createMoveBatchActivities } from './move-batch';
import { createMoveRangeActivities } from './move-range';
import { createMoveWholeActivities } from './move-whole';
import { createPrepareInventoryActivities } from './prepare-inventory';
import { createReadAdoptedActivities } from './read-adopted';
import { createReceiptActivities } from './receipts';
import { createResumeRunActivities } from './resume-run';
import { createUploadActivities } from './upload';

export type { Dependencies } from './dependencies';

/** Light activities: they call AWS and write small files. Task queue CONTROL_QUEUE. */
export const createControlActivities = (dependencies: Dependencies) => {
  const { resumeRun, ...ofRunFolder } = createResumeRunActivities(dependencies);
  return atBoundary(
    {
      ...withHeartbeats({
        ...createCheckRequestActivities(dependencies),
        ...createCheckSeriesActivities(dependencies),
        ...createInitiateInventoryActivities(dependencies),
        ...createInitiateRetrievalActivities(dependencies),
        ...createCheckJobsActivities(dependencies),
        ...createUploadActivities(dependencies),
        ...createReceiptActivities(dependencies),
        ...ofRunFolder,
        cancelRun: dependencies.cancelRun,
        findClosedShards: dependencies.findClosedShards,
      }),
      // These send heartbeats with their own position.
      ...createInitiateBatchActivities(dependencies),
      ...endingDefects({ ...createPrepareInventoryActivities(dependencies), resumeRun }),
    },
    controlInputs,
  );
};
export type ControlActivities = ReturnType<typeof createControlActivities>;

/** Activities that move bytes. Task queue BYTES_QUEUE. */
export const createBytesActivities = (dependencies: Dependencies) =>
  atBoundary(
    {
      ...createMoveWholeActivities(dependencies),
      ...createMoveRangeActivities(dependencies),
      ...createMoveBatchActivities(dependencies),
      ...createReadAdoptedActivities(dependencies),
    },
    bytesInputs,
  );
export type BytesActivities = ReturnType<typeof createBytesActivities>;
