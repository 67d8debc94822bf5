import { Connection, WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { shardWorkflowId, Signals } from '../src/ids';
import { hasSearchAttributes } from '../src/temporal/search-attributes';
import type { JobNotice } from '../src/wire/job';
import type { ClosedShard, ShardReport } from '../src/wire/progress';
import type { Delivery } from './bridge';

/** A run whose workflow task is not taken now is told again by a retry. */
const ORDER_LIMIT_MS = 20_000;

/** What workers ask of Temporal apart from tasks. */
export const createTemporalAccess = (client: Client) => ({
  hasSearchAttributes: async (): Promise<boolean> =>
    client.connection instanceof Connection && (await hasSearchAttributes(client.connection, client.options.namespace)),

  /** Which of these shards are closed, with the result of those that completed. */
  async closedShards(run: string, shards: readonly number[]): Promise<ClosedShard[]> {
    const closed: ClosedShard[] = [];
    for (const shard of shards) {
      const handle = client.workflow.getHandle(shardWorkflowId(run, shard));
      try {
        const { status } = await handle.describe();
        if (status.name === 'RUNNING') continue;
        const report = status.name === 'COMPLETED' ? ((await handle.result()) as ShardReport) : null;
        closed.push({ shard, report });
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        closed.push({ shard, report: null });
      }
    }
    return closed;
  },

  async cancelRun(run: string): Promise<void> {
    try {
      await client.workflow.getHandle(run).cancel();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  },

  /** A run that refuses is over, is being cancelled, or does so already. */
  async orderRun(run: string, order: 'pause' | 'resume'): Promise<void> {
    const handle = client.workflow.getHandle(run);
    try {
      await client.withDeadline(Date.now() + ORDER_LIMIT_MS, () => handle.executeUpdate(order));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError)) throw error;
    }
  },

  async deliver(workflowId: string, notices: readonly JobNotice[]): Promise<Delivery> {
    const handle = client.workflow.getHandle(workflowId);
    try {
      // The name alone of a run could be anybody's in the namespace; the ids of shards and archives could not.
      if (!workflowId.includes('/') && (await handle.describe()).type !== 'vaultTransfer') return 'unknown';
      await handle.signal(Signals.jobsDone, notices);
      return 'delivered';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  },
});
