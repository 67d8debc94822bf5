import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { CONTROL_QUEUE } from '../src/ids';
import type { TransferRequest } from '../src/wire/request';
import { usageError } from './exit-codes';
import { requestDifferences, requestOf } from './run-request';
import { Run, RUN_WORKFLOW } from './runs';

/**
 * Starts the root workflow of a run. A run of that name and of the same request is left to go on as it does.
 * @returns whether it has begun now, or was there already
 * @throws CliError with the usage code when a run of that name was asked for something else
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
 * Starts a run that is over once more, under its own name: it takes up what its records do not call verified.
 * @returns the request of the run
 * @throws CliError with the usage code when somebody else was faster
 */
export async function restartRun(client: Client, name: string, runId: string): Promise<TransferRequest> {
  const request = await requestOf(client, name, runId);
  if (await startRoot(client, name, request, 'ALLOW_DUPLICATE')) return request;
  throw usageError(`The run ${name} is still open; nothing was started. See: glacier-transfer status ${name}`);
}

/** False when a workflow of that name is in the way. */
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
