import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import { rateLimitProblem } from '../src/domain/rate-limits';
import { Failure } from '../src/failures';
import type { RunProgress } from '../src/wire/progress';
import type { RateLimits } from '../src/wire/request';
import { control } from './activities';
import { cancel, pause, resume, retryFailed, setRateLimits } from './messages';
import type { RunTracker } from './state/run-tracker';

/** Handles the updates of a run. An update that does not apply is rejected with the reason and changes nothing. */
export function handleRunUpdates(run: string, tracker: RunTracker, show: () => void): void {
  const target = (command: Parameters<RunTracker['rejection']>[0]): UpdateTarget<RunProgress> => ({
    rejection: () => tracker.rejection(command),
    show,
    progress: () => tracker.progress(),
  });
  handleUpdate(pause, target('pause'), () => tracker.gate.pause());
  handleUpdate(resume, target('resume'), () => tracker.resume());
  handleUpdate(retryFailed, target('retryFailed'), () => tracker.retry());
  handleUpdate(
    setRateLimits,
    target('setRateLimits'),
    (rateLimits) => tracker.setRateLimits(rateLimits, Date.now()),
    rateLimitProblem,
  );
  handleUpdate(cancel, target('cancel'), async () => {
    tracker.cancelling();
    // Requests Temporal's cancellation, so that the workflow closes as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(run));
  });
}

/** What an update changes: a run or a series. */
export interface UpdateTarget<Progress> {
  /** Why the update does not apply now; null if it does. */
  readonly rejection: () => string | null;
  readonly show: () => void;
  readonly progress: () => Progress;
}

/** Handles an update: validates and applies it, and returns the progress afterwards. */
export function handleUpdate<Progress, Args extends [] | [Partial<RateLimits>]>(
  update: UpdateDefinition<Progress, Args>,
  { rejection, show, progress }: UpdateTarget<Progress>,
  apply: (...args: Args) => void | Promise<void>,
  problemOf: (...args: Args) => string | null = () => null,
): void {
  setHandler(
    update,
    async (...args: Args) => {
      await apply(...args);
      show();
      return progress();
    },
    {
      validator: (...args: Args) => {
        const problem = rejection() ?? problemOf(...args);
        if (problem !== null) throw ApplicationFailure.nonRetryable(problem, Failure.Refused);
      },
    },
  );
}
