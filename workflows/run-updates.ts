import { CancellationScope } from '@temporalio/workflow';
import { paceProblem } from '../src/domain/pace';
import type { RunProgress } from '../src/wire/progress';
import { control } from './activities';
import { cancel, pause, resume, retryFailed, setPace } from './messages';
import { obeyOrder, type Obeying } from './obey-order';
import type { RunLedger } from './state/run-tracker';

type Order = Parameters<RunLedger['refusal']>[0];

/** Takes what people order a run to do; what makes no sense is refused with the reason, and does nothing. */
export function obeyPeople(run: string, ledger: RunLedger, show: () => void): void {
  const by = (order: Order): Obeying<RunProgress> => ({
    refusal: () => ledger.refusal(order),
    show,
    progress: () => ledger.progress(),
  });
  obeyOrder(pause, by('pause'), () => ledger.gate.pause());
  obeyOrder(resume, by('resume'), () => ledger.resume());
  obeyOrder(retryFailed, by('retryFailed'), () => ledger.retry());
  obeyOrder(setPace, by('setPace'), (pace) => ledger.setPace(pace, Date.now()), paceProblem);
  obeyOrder(cancel, by('cancel'), async () => {
    ledger.cancelling();
    // By Temporal's own cancellation, so that the workflow ends as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(run));
  });
}
