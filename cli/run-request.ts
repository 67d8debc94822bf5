import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { parseRequest } from '../activities/request-schema';
import type { TransferRequest } from '../src/wire/request';
import { safeText } from './text/format';

/** The input of a run's workflow. Untrusted. */
export const requestOf = async (client: Client, workflowId: string, runId: string): Promise<TransferRequest> =>
  (await inputOf(client, workflowId, runId)) as TransferRequest;

/** The first argument of a workflow, from the first event of its history. */
export async function inputOf(client: Client, workflowId: string, runId: string): Promise<unknown> {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  const context = { type: 'workflow', namespace, workflowId } as const;
  const [first] = await decodeArrayFromPayloads(loadedDataConverter, input, context);
  return first;
}

/** The differences between two requests with defaults filled in, as list items; empty if they are equal. */
export function requestDifferences(existing: TransferRequest, asked: TransferRequest): readonly string[] {
  const [before, now] = [filledIn(existing), filledIn(asked)];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return fields
    .filter((field) => !isDeepStrictEqual(before[field], now[field]))
    .map((field) => `${field} (${shown(before[field])} there, ${shown(now[field])} here)`);
}

/** A request that breaks a rule is compared as it is. */
function filledIn(request: TransferRequest): Readonly<Record<string, unknown>> {
  const parsed = parseRequest(request);
  return { ...('request' in parsed ? parsed.request : request) };
}

const shown = (value: unknown): string => (value === undefined ? 'none' : safeText(JSON.stringify(value)));
