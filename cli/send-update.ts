import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import type { Updates } from '../src/ids';
import { isNotReady } from '../src/temporal/errors';
import { CliError, ExitCode, usageError } from './exit-codes';

/** A busy worker answers within seconds; where none is there, nobody does. */
const ORDER_LIMIT_MS = 30_000;

/**
 * Gives a run, or a series of them, an order that it takes as an update.
 * @param argument what the update takes, if it takes anything
 * @returns what the workflow says when it has obeyed
 * @throws CliError: over or not willing (usage), or no worker answers (temporary)
 */
export async function giveOrder<Answer>(
  client: Client,
  name: string,
  update: keyof typeof Updates,
  argument?: unknown,
): Promise<Answer> {
  const handle = client.workflow.getHandle(name);
  const order = (): Promise<Answer> =>
    argument === undefined
      ? handle.executeUpdate<Answer, []>(update)
      : handle.executeUpdate<Answer, [unknown]>(update, { args: [argument] });
  try {
    return await client.withDeadline(Date.now() + ORDER_LIMIT_MS, order);
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw usageError(error.cause?.message ?? error.message);
    if (error instanceof WorkflowNotFoundError) throw isOver(name);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isNotReady(error)) throw unheard(name);
    throw error;
  }
}

export const isOver = (name: string): CliError =>
  usageError(`The run ${name} is over. See glacier-transfer status ${name}.`);

const unheard = (name: string): CliError =>
  new CliError(
    `No worker has taken the order to ${name}. The run is safe in Temporal; start a worker with ` +
      '"glacier-transfer worker --role all", look at the status, and give the order again if need be.',
    ExitCode.Temporary,
  );
