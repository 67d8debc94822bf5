import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import { paceProblem } from '../src/domain/pace';
import { Failure } from '../src/failures';
import type { RunProgress } from '../src/wire/progress';
import type { RunPace } from '../src/wire/request';
import { control } from './activities';
import { cancel, pause, resume, retryFailed, setPace } from './messages';
import type { RunLedger } from './state/run-ledger';

type Order = Parameters<RunLedger['refusal']>[0];

/** Takes what people order a run to do; what makes no sense is refused with the reason, and does nothing. */
export function obeyPeople(run: string, ledger: RunLedger, show: () => void): void {
  const obey = <Args extends [] | [Partial<RunPace>]>(
    update: UpdateDefinition<RunProgress, Args>,
    order: Order,
    act: (...args: Args) => void | Promise<void>,
    problemOf: (...args: Args) => string | null = () => null,
  ): void =>
    setHandler(
      update,
      async (...args: Args) => {
        await act(...args);
        show();
        return ledger.progress();
      },
      {
        validator: (...args: Args) => {
          const refusal = ledger.refusal(order) ?? problemOf(...args);
          if (refusal !== null) throw ApplicationFailure.nonRetryable(refusal, Failure.Refused);
        },
      },
    );
  obey(pause, 'pause', () => ledger.gate.pause());
  obey(resume, 'resume', () => ledger.resume());
  obey(retryFailed, 'retryFailed', () => ledger.retry());
  obey(setPace, 'setPace', (pace) => ledger.setPace(pace, Date.now()), paceProblem);
  obey(cancel, 'cancel', async () => {
    ledger.cancelling();
    // By Temporal's own cancellation, so that the workflow ends as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(run));
  });
}
