import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import { Failure } from '../src/failures';
import type { RunProgress } from '../src/wire/progress';
import { control } from './activities';
import { cancel, pause, resume, retryFailed } from './messages';
import type { RunLedger } from './state/run-ledger';

type Order = Parameters<RunLedger['refusal']>[0];

/** Takes what people order a run to do; what makes no sense is refused with the reason, and does nothing. */
export function obeyPeople(run: string, ledger: RunLedger, show: () => void): void {
  const obey = (update: UpdateDefinition<RunProgress>, order: Order, act: () => void | Promise<void>): void =>
    setHandler(
      update,
      async () => {
        await act();
        show();
        return ledger.progress();
      },
      {
        validator: () => {
          const refusal = ledger.refusal(order);
          if (refusal !== null) throw ApplicationFailure.nonRetryable(refusal, Failure.Refused);
        },
      },
    );
  obey(pause, 'pause', () => ledger.gate.pause());
  obey(resume, 'resume', () => ledger.resume());
  obey(retryFailed, 'retryFailed', () => ledger.retry());
  obey(cancel, 'cancel', async () => {
    ledger.cancelling();
    // By Temporal's own cancellation, so that the workflow ends as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(run));
  });
}
