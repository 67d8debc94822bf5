import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow';

/** What a worker reported to Temporal about an activity. Server times in milliseconds. */
export interface Told {
  readonly atMs: number;
  /** Details of a heartbeat, or the first detail of a failure. Untrusted: parse it. */
  readonly detail: unknown;
}

/** A pending activity. */
export interface PendingActivity {
  readonly workflowId: string;
  readonly type: string;
  /** From 1. */
  readonly attempt: number;
  readonly lastFailure: (Told & { readonly type: string | null; readonly message: string }) | null;
  readonly lastHeartbeat: Told | null;
  /** When the next attempt starts; null while one is running. */
  readonly nextAttemptAtMs: number | null;
}

/** Temporal's description of an open workflow. */
export interface PendingWork {
  readonly activities: readonly PendingActivity[];
  /** Ids of its child workflows. */
  readonly children: readonly string[];
}

const NOTHING: PendingWork = { activities: [], children: [] };

/** The pending activities of a workflow. Payloads that cannot be decoded are ignored. @throws as Temporal does */
export async function pendingWork(client: Client, workflowId: string): Promise<PendingWork> {
  return await pendingWorkOf(client, await client.workflow.getHandle(workflowId).describe());
}

/** The same, from an existing description. */
async function pendingWorkOf(client: Client, description: WorkflowExecutionDescription): Promise<PendingWork> {
  const { raw, workflowId } = description;
  if (description.status.name !== 'RUNNING') return NOTHING;
  return {
    activities: await Promise.all((raw.pendingActivities ?? []).map((info) => read(client, workflowId, info))),
    children: (raw.pendingChildren ?? []).map((child) => child.workflowId ?? '').filter((id) => id !== ''),
  };
}

type Info = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

async function read(client: Client, workflowId: string, info: Info): Promise<PendingActivity> {
  return {
    workflowId,
    type: info.activityType?.name ?? '',
    attempt: info.attempt ?? 1,
    lastFailure: await lastFailure(client, info),
    lastHeartbeat: await lastHeartbeat(client, info),
    nextAttemptAtMs: msOf(info.nextAttemptScheduleTime),
  };
}

async function lastFailure(client: Client, info: Info): Promise<PendingActivity['lastFailure']> {
  const atMs = msOf(info.lastAttemptCompleteTime);
  if (atMs === null || !info.lastFailure) return null;
  const { loadedDataConverter } = client.options;
  try {
    const error = await decodeOptionalFailureToOptionalError(loadedDataConverter, info.lastFailure);
    const ours = error instanceof ApplicationFailure ? error : null;
    return { atMs, type: ours?.type ?? null, message: error?.message ?? '', detail: ours?.details?.[0] };
  } catch {
    return { atMs, type: null, message: info.lastFailure.message ?? '', detail: undefined };
  }
}

async function lastHeartbeat(client: Client, info: Info): Promise<Told | null> {
  const atMs = msOf(info.lastHeartbeatTime);
  if (atMs === null || !info.heartbeatDetails) return null;
  try {
    const [detail] = await decodeArrayFromPayloads(client.options.loadedDataConverter, info.heartbeatDetails.payloads);
    return { atMs, detail };
  } catch {
    return null;
  }
}

/** A protobuf timestamp; its seconds are a Long. */
function msOf(time: Info['lastHeartbeatTime']): number | null {
  const seconds = Number(time?.seconds ?? 0);
  return seconds === 0 ? null : seconds * 1_000 + Math.floor((time?.nanos ?? 0) / 1e6);
}
