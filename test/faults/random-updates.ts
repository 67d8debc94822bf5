import { setTimeout } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Failure } from '../../src/failures';
import { Updates } from '../../src/ids';
import { isNotReady } from '../../src/temporal/errors';
import { drawKey, Draws } from 'glacier-sandbox/testing';

const POLL_MS = 100;
const MAX_PAUSE_MS = 2_000;

export interface UpdatePlan {
  /** Number of pauses (each followed by a resume) and retries. */
  readonly updates: number;
  /** Whether the run is cancelled after them. */
  readonly cancel: boolean;
}

/**
 * Sends updates to a run, which and when derived from the seed: each after a number of calls to AWS.
 * @param calls the number of calls so far
 * @returns when all have been sent, or the run has ended
 */
export async function sendUpdates(
  run: WorkflowHandle,
  seed: string,
  { updates, cancel }: UpdatePlan,
  archives: number,
  calls: () => number,
): Promise<void> {
  const draws = new Draws(drawKey(seed, 'updates'), 0);
  const wait = { now: true };
  const ended = run.result().then(
    () => (wait.now = false),
    () => (wait.now = false),
  );
  for (let sent = 0; sent < updates && wait.now; sent += 1) {
    const from = calls();
    const until = from + 1 + draws.below((3 * archives) / updates);
    const update = draws.pick([Updates.pause, Updates.pause, Updates.retryFailed]);
    const pauseMs = draws.below(MAX_PAUSE_MS);
    while (calls() < until && wait.now) await setTimeout(POLL_MS);
    await send(run, update);
    if (update !== Updates.pause) continue;
    await Promise.race([setTimeout(pauseMs), ended]);
    await send(run, Updates.resume);
  }
  if (cancel) await send(run, Updates.cancel);
}

/** An update that comes too late or does not apply in the current state is rejected and has no effect. */
async function send(run: WorkflowHandle, update: string): Promise<void> {
  for (;;) {
    try {
      await run.executeUpdate(update);
      return;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      if (isNotReady(error)) {
        await setTimeout(POLL_MS);
        continue;
      }
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
      const isRejected = error.cause instanceof ApplicationFailure && error.cause.type === Failure.Refused;
      const isTooLate = /workflow (execution )?(already )?completed|closed/i.test(String(error.cause?.message));
      if (!isRejected && !isTooLate) throw error;
      return;
    }
  }
}
