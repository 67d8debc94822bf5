import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { CONTROL_QUEUE } from '../src/ids';
import type { TransferRequest } from '../src/wire/request';
import { usageError } from './exit-codes';
import { requestDifferences, requestOf } from './run-request';
import { Run, RUN_WORKFLOW } from './runs';

/**
 * Starts the root workflow of a run. If a run with that name and the same request exists, it is left unchanged.
 * @returns whether it was started, or already existed
 * @throws CliError with the usage code when a run with that name has another request
 */
export async function startRun(client: Client, name: string, request: TransferRequest): Promise<'begun' | 'attached'> {
  if (await startRoot(client, name, request, 'REJECT_DUPLICATE')) return 'begun';
  const { runId } = await new Run(client, name).describe();
  const differences = requestDifferences(await requestOf(client, name, runId), request);
  if (differences.length === 0) return 'attached';
  throw usageError(
    `A run named "${name}" exists already and was asked for something else: ${differences.join(', ')}. ` +
      'It was not changed. Choose another name with --run.',
  );
}

/**
 * Reopens a closed run under its name: it moves what its records do not show as verified.
 * @returns the request of the run
 * @throws CliError with the usage code when someone else has just started it
 */
export async function restartRun(client: Client, name: string, runId: string): Promise<TransferRequest> {
  const request = await requestOf(client, name, runId);
  if (await startRoot(client, name, request, 'ALLOW_DUPLICATE')) return request;
  throw usageError(`The run ${name} is still open; nothing was started. See: glacier-transfer status ${name}`);
}

/** False if a workflow with that name is open. */
async function startRoot(
  client: Client,
  workflowId: string,
  request: TransferRequest,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE',
): Promise<boolean> {
  try {
    await client.workflow.start(RUN_WORKFLOW, {
      taskQueue: CONTROL_QUEUE,
      workflowId,
      workflowIdReusePolicy,
      args: [request],
      staticSummary: `vault ${request.vault} to s3://${request.bucket}/${request.prefix ?? ''}`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
