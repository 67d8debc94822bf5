import { activityInfo } from '@temporalio/activity';
import { describeAwsError } from '../src/aws/errors';
import { Failure, TransferError } from '../src/failures';
import { hostFaultOf } from '../src/host-faults';
import { InventoryError } from '../src/inventory/member';
import { wrapEach, type Activity } from './wrap-each';

/** Attempts until a defect is reported; they take about 5 minutes. */
const MOST_TRIES = 10;

/** An error that neither AWS nor the network nor the machine can have caused: a retry would fail in the same way. */
export function isDefect(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TransferError || error instanceof InventoryError) return false;
  const { kind, httpStatus } = describeAwsError(error);
  const hasCode = typeof (error as NodeJS.ErrnoException).code === 'string';
  return kind === 'unknown' && httpStatus === null && !hasCode && hostFaultOf(error) === null;
}

/** For activities that a whole run waits for: a defect fails them after ten attempts instead of days of retries. */
export const endingDefects = <T extends Record<string, Activity>>(activities: T): T =>
  wrapEach(activities, async (activity, input) => {
    try {
      return await activity(...input);
    } catch (error) {
      const { attempt, workflowExecution } = activityInfo();
      if (attempt < MOST_TRIES || !isDefect(error)) throw error;
      throw new TransferError(
        Failure.Unavailable,
        `${String(error)}. It failed ${attempt} times. This looks like a bug in glacier-transfer: please report it, then ` +
          `run "glacier-transfer retry ${workflowExecution?.workflowId ?? 'RUN'}".`,
      );
    }
  });
