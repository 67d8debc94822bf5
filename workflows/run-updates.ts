import { CancellationScope, ApplicationFailure, setHandler } from '@temporalio/workflow';
import { rateLimitProblem } from '../src/domain/rate-limits';
import type { RunProgress } from '../src/wire/progress';
import { control } from './activities';
import { cancel, pause, resume, retryFailed, setRateLimits } from './messages';
import type { RunTracker } from './state/run-tracker';
import type { UpdateDefinition } from '@temporalio/common';
import { Failure } from '../src/failures';
import type { RateLimits } from '../src/wire/request';

/** Who takes an order: it is refused with a reason, or obeyed and answered with how things stand then. */
export interface UpdateTarget<Progress> {
  /** Why the order makes no sense now; null when it does. */
  readonly rejection: () => string | null;
  readonly show: () => void;
  readonly progress: () => Progress;
}

/** Handles an update by which people give an order. A refused one does nothing. */
export function handleUpdate<Progress, Args extends [] | [Partial<RateLimits>]>(
  update: UpdateDefinition<Progress, Args>,
  { rejection: refusal, show, progress }: UpdateTarget<Progress>,
  act: (...args: Args) => void | Promise<void>,
  problemOf: (...args: Args) => string | null = () => null,
): void {
  setHandler(
    update,
    async (...args: Args) => {
      await act(...args);
      show();
      return progress();
    },
    {
      validator: (...args: Args) => {
        const problem = refusal() ?? problemOf(...args);
        if (problem !== null) throw ApplicationFailure.nonRetryable(problem, Failure.Refused);
      },
    },
  );
}

type Command = Parameters<RunTracker['rejection']>[0];

/** Takes what people order a run to do; what makes no sense is refused with the reason, and does nothing. */
export function handleRunUpdates(run: string, ledger: RunTracker, show: () => void): void {
  const by = (order: Command): UpdateTarget<RunProgress> => ({
    rejection: () => ledger.rejection(order),
    show,
    progress: () => ledger.progress(),
  });
  handleUpdate(pause, by('pause'), () => ledger.gate.pause());
  handleUpdate(resume, by('resume'), () => ledger.resume());
  handleUpdate(retryFailed, by('retryFailed'), () => ledger.retry());
  handleUpdate(setRateLimits, by('setRateLimits'), (pace) => ledger.setRateLimits(pace, Date.now()), rateLimitProblem);
  handleUpdate(cancel, by('cancel'), async () => {
    ledger.cancelling();
    // By Temporal's own cancellation, so that the workflow ends as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(run));
  });
}
