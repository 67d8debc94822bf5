import { createBatchActivities } from './move-batch';
import { atBoundary } from './boundary';
import type { Dependencies } from './dependencies';
import { endingDefects } from './end-defects';
import { beating } from './heartbeats';
import { bytesInputs, controlInputs } from './inputs/activity-inputs';
import { createInventoryActivities } from './prepare-inventory';
import { createOrderInventoryActivities } from './initiate-inventory';
import { createRangeActivities } from './move-range';
import { createReadAdoptedActivities } from './read-adopted';
import { createReceiptActivities } from './receipts';
import { createRequestActivities } from './check-request';
import { createRequestBatchActivities } from './request-batch';
import { createRetrievalActivities } from './retrieval';
import { createSeriesActivities } from './check-series';
import { createTakeUpActivities, createTakingUpActivities } from './resume-run';
import { createTransferActivities } from './move-whole';
import { createUploadActivities } from './upload';

export type { Dependencies } from './dependencies';

/** Light activities: they ask AWS and write small files. Task queue CONTROL_QUEUE. */
export const createControlActivities = (dependencies: Dependencies) =>
  atBoundary(
    {
      ...beating({
        ...createRequestActivities(dependencies),
        ...createOrderInventoryActivities(dependencies),
        ...createRetrievalActivities(dependencies),
        ...createUploadActivities(dependencies),
        ...createReceiptActivities(dependencies),
        ...createTakingUpActivities(dependencies),
        ...createSeriesActivities(dependencies),
        findClosedShards: dependencies.closedShards,
      }),
      // These beat by themselves, and say how far they are.
      ...createRequestBatchActivities(dependencies),
      ...endingDefects({ ...createInventoryActivities(dependencies), ...createTakeUpActivities(dependencies) }),
    },
    controlInputs,
  );
export type ControlActivities = ReturnType<typeof createControlActivities>;

/** Activities that move bytes. Task queue BYTES_QUEUE. */
export const createBytesActivities = (dependencies: Dependencies) =>
  atBoundary(
    {
      ...createTransferActivities(dependencies),
      ...createRangeActivities(dependencies),
      ...createBatchActivities(dependencies),
      ...createReadAdoptedActivities(dependencies),
    },
    bytesInputs,
  );
export type BytesActivities = ReturnType<typeof createBytesActivities>;
