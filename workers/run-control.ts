import { Connection, WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { Dependencies } from '../activities/dependencies';
import { shardWorkflowId } from '../src/ids';
import { hasSearchAttributes } from '../src/temporal/search-attributes';
import type { ClosedShard, ShardReport } from '../src/wire/signals';

/** A run whose workflow task is not picked up by then gets the update again by a retry of the activity. */
const UPDATE_LIMIT_MS = 20_000;

export type RunControl = Pick<Dependencies, 'hasSearchAttributes' | 'findClosedShards' | 'cancelRun' | 'updateRun'>;

/** What activities use of Temporal to find out about runs and to control them. */
export const createRunControl = (client: Client): RunControl => ({
  hasSearchAttributes: async (): Promise<boolean> =>
    client.connection instanceof Connection && (await hasSearchAttributes(client.connection, client.options.namespace)),

  async findClosedShards(run: string, shards: readonly number[]): Promise<ClosedShard[]> {
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

  async updateRun(run: string, update: 'pause' | 'resume'): Promise<void> {
    const handle = client.workflow.getHandle(run);
    try {
      await client.withDeadline(Date.now() + UPDATE_LIMIT_MS, () => handle.executeUpdate(update));
    } catch (error) {
      // The run is closed, is being cancelled, or is paused or resumed already.
      if (!(error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError)) throw error;
    }
  },
});
