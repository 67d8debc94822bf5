import { setTimeout } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Failure } from '../../src/failures';
import { Updates } from '../../src/ids';
import { isNotReady } from '../../src/temporal/errors';
import { drawKey, Draws } from 'glacier-sandbox/testing';

const LOOK_AGAIN_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

export interface PeoplePlan {
  /** Pauses (each with its resumption) and retries. */
  readonly orders: number;
  /** Whether the run is cancelled in the end. */
  readonly cancel: boolean;
}

/**
 * Gives a run orders at moments and in an order that follow from the seed: after so many calls of AWS.
 * @param calls how many there have been so far
 * @returns when all have been given, or the run has ended
 */
export async function orderAbout(
  run: WorkflowHandle,
  seed: string,
  { orders, cancel }: PeoplePlan,
  archives: number,
  calls: () => number,
): Promise<void> {
  const draws = new Draws(drawKey(seed, 'people'), 0);
  const wait = { now: true };
  const ended = run.result().then(
    () => (wait.now = false),
    () => (wait.now = false),
  );
  for (let given = 0; given < orders && wait.now; given += 1) {
    const from = calls();
    const until = from + 1 + draws.below((3 * archives) / orders);
    const order = draws.pick([Updates.pause, Updates.pause, Updates.retryFailed]);
    const pauseMs = draws.below(LONGEST_PAUSE_MS);
    while (calls() < until && wait.now) await setTimeout(LOOK_AGAIN_MS);
    await give(run, order);
    if (order !== Updates.pause) continue;
    await Promise.race([setTimeout(pauseMs), ended]);
    await give(run, Updates.resume);
  }
  if (cancel) await give(run, Updates.cancel);
}

/** An order that comes too late, or makes no sense now, is refused and does nothing. */
async function give(run: WorkflowHandle, order: string): Promise<void> {
  for (;;) {
    try {
      await run.executeUpdate(order);
      return;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      if (isNotReady(error)) {
        await setTimeout(LOOK_AGAIN_MS);
        continue;
      }
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
      const isRefused = error.cause instanceof ApplicationFailure && error.cause.type === Failure.Refused;
      const isTooLate = /workflow (execution )?(already )?completed|closed/i.test(String(error.cause?.message));
      if (!isRefused && !isTooLate) throw error;
      return;
    }
  }
}
