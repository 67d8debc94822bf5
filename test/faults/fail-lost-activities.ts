import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const { PendingActivityState } = temporal.api.enums.v1;
const POLL_MS = 500;
/** By then the server has noticed. */
const FORGET_AFTER_MS = 60_000;

/**
 * Fails the activities of killed processes immediately, instead of waiting up to five minutes for Temporal's timeouts.
 * Their next attempts start from the last heartbeat, as after a timeout.
 */
export class LostActivities {
  private readonly dead = new Map<string, number>();
  private stopping = false;
  private readonly running: Promise<void>;

  constructor(private readonly client: Client) {
    this.running = this.run();
  }

  died(pid: number): void {
    this.dead.set(String(pid), Date.now());
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      for (const [pid, atMs] of this.dead) if (Date.now() - atMs > FORGET_AFTER_MS) this.dead.delete(pid);
      if (this.dead.size > 0) await this.look().catch(() => undefined);
      await setTimeout(POLL_MS);
    }
  }

  private async look(): Promise<void> {
    for await (const { workflowId, runId } of this.client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
      const { raw } = await this.client.workflow.getHandle(workflowId, runId).describe();
      for (const { activityId, state, lastWorkerIdentity } of raw.pendingActivities ?? []) {
        const pid = lastWorkerIdentity?.split('@')[0] ?? '';
        if (state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED && this.dead.has(pid)) {
          await this.fail(workflowId, runId, activityId ?? '');
        }
      }
    }
  }

  private async fail(workflowId: string, runId: string, activityId: string): Promise<void> {
    await this.client.workflowService.respondActivityTaskFailedById({
      namespace: this.client.options.namespace,
      workflowId,
      runId,
      activityId,
      failure: { message: 'the worker process was killed', applicationFailureInfo: { type: 'Unavailable' } },
    });
  }
}
