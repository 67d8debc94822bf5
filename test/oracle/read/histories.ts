import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { FoundHistory } from '../world';

const { EventType, WorkflowTaskFailedCause } = temporal.api.enums.v1;
type Event = temporal.api.history.v1.IHistoryEvent;

/**
 * The histories of a run: of its root, of what the root became by continuing as new, and of all workflows that these
 * have started. Not by a list of workflows, which lags behind.
 */
export async function* readHistories(client: Client, rootId: string): AsyncGenerator<FoundHistory> {
  const first = await client.workflow.getHandle(rootId).describe();
  const waiting = [{ workflowId: rootId, runId: first.raw.workflowExecutionInfo?.firstRunId ?? first.runId }];
  for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
    const { workflowId, runId } = place;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const events = history.events ?? [];
    for (const event of events) {
      const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (next) waiting.push({ workflowId, runId: next });
      const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
      if (child) waiting.push({ workflowId: child.workflowId ?? '', runId: child.runId ?? '' });
    }
    const bytes = Buffer.from(temporal.api.history.v1.History.encode(history).finish());
    yield {
      workflowId,
      runId,
      type: events[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '',
      events: events.length,
      sizeBytes: bytes.length,
      largestPayloadBytes: Math.max(0, ...payloadSizes(events)),
      mostPending: mostPending(events),
      strayTasks: events.filter(isStray).length,
      bytes,
    };
  }
}

const isStray = (event: Event): boolean =>
  event.workflowTaskFailedEventAttributes?.cause ===
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR;

/** A payload is the only message of Temporal that has both of these fields. */
function payloadSizes(value: unknown): number[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if ('metadata' in value && 'data' in value && value.data instanceof Uint8Array) return [value.data.length];
  return Object.values(value).flatMap(payloadSizes);
}

/** What opens and closes each kind of thing that Temporal counts as pending. */
const KINDS = {
  activity: {
    opens: [EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED],
    closes: [
      EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
      EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED,
      EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT,
      EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED,
    ],
  },
  child: {
    opens: [EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED],
    closes: [
      EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED,
      EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED,
      EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED,
      EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED,
      EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED,
      EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT,
    ],
  },
  signal: {
    opens: [EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED],
    closes: [
      EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED,
      EventType.EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED,
    ],
  },
} as const satisfies Readonly<Record<string, { opens: readonly number[]; closes: readonly number[] }>>;

function mostPending(events: readonly Event[]): number {
  return Math.max(
    ...Object.values(KINDS).map(({ opens, closes }) => {
      const [opening, closing] = [new Set<number>(opens), new Set<number>(closes)];
      let open = 0;
      let most = 0;
      for (const { eventType } of events) {
        if (opening.has(eventType as number)) most = Math.max(most, ++open);
        else if (closing.has(eventType as number)) open -= 1;
      }
      return most;
    }),
  );
}
