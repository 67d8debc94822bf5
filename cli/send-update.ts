import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import type { Updates } from '../src/ids';
import { isNotReady } from '../src/temporal/errors';
import { CliError, ExitCode, usageError } from './exit-codes';

/** A busy worker answers within seconds. */
const UPDATE_TIMEOUT_MS = 30_000;

/**
 * Sends a Temporal update to a run or a series.
 * @param argument argument of the update, if it has one
 * @returns the workflow's answer once the update is complete
 * @throws CliError: ended, or the update was rejected (usage), or no worker answers (temporary)
 */
export async function sendUpdate<Answer>(
  client: Client,
  name: string,
  update: keyof typeof Updates,
  argument?: unknown,
): Promise<Answer> {
  const handle = client.workflow.getHandle(name);
  const send = (): Promise<Answer> =>
    argument === undefined
      ? handle.executeUpdate<Answer, []>(update)
      : handle.executeUpdate<Answer, [unknown]>(update, { args: [argument] });
  try {
    return await client.withDeadline(Date.now() + UPDATE_TIMEOUT_MS, send);
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw usageError(error.cause?.message ?? error.message);
    if (error instanceof WorkflowNotFoundError) throw isOver(name);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isNotReady(error)) throw noWorkerAnswered(name);
    throw error;
  }
}

export const isOver = (name: string): CliError =>
  usageError(`The run ${name} has ended; nothing was changed. See glacier-transfer status ${name}.`);

const noWorkerAnswered = (name: string): CliError =>
  new CliError(
    `No worker accepted the command for ${name} within 30 seconds. The run is safe in Temporal: start a worker with ` +
      '"glacier-transfer worker --role all", check the status, and repeat the command if needed.',
    ExitCode.Temporary,
  );
