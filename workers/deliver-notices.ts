import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { Signals } from '../src/ids';
import type { JobNotification } from '../src/wire/job';

/** Whether a signal reached its workflow. `unknown`: there is no such open workflow. */
type Delivery = 'delivered' | 'unknown';

/** Signals a workflow that jobs of its own have finished. @throws if the server cannot accept the signal now */
export type DeliverNotices = (workflowId: string, notices: readonly JobNotification[]) => Promise<Delivery>;

export const createDeliverNotices =
  (client: Client): DeliverNotices =>
  async (workflowId, notices) => {
    const handle = client.workflow.getHandle(workflowId);
    try {
      // Another application's workflow in the namespace may have the name of a run, but not the id of a shard or archive.
      if (!workflowId.includes('/') && (await handle.describe()).type !== 'vaultTransfer') return 'unknown';
      await handle.signal(Signals.jobsDone, notices);
      return 'delivered';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  };
