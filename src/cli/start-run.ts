import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { CONTROL_QUEUE } from '../ids';
import type { TransferRequest } from '../wire/request';
import { usageError } from './exit-codes';
import { RUN_WORKFLOW } from './runs';

/** Starts the root workflow of a run. @throws CliError with the usage code when a run of that name exists */
export async function startRun(client: Client, name: string, request: TransferRequest): Promise<void> {
  try {
    await client.workflow.start(RUN_WORKFLOW, {
      taskQueue: CONTROL_QUEUE,
      workflowId: name,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [request],
      staticSummary: `vault ${request.vault} to s3://${request.bucket}/${request.prefix ?? ''}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw usageError(
      `A run named "${name}" exists already and was left as it is. Look at it with "glacier-transfer status ${name}", ` +
        'or choose another name with --run.',
    );
  }
}
