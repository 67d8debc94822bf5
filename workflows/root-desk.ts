import { condition, setCurrentDetails } from '@temporalio/workflow';
import type { Problem } from '../src/wire/progress';
import { runDetails } from './details';
import { problemOf } from './failure';
import type { RunLedger } from './state/run-tracker';

/**
 * Runs an activity of the root itself. What only a person can fix is shown and waited out.
 * @param isWaitedOut false: a problem that fails the work instead
 */
export async function untilMended<T>(
  ledger: RunLedger,
  work: () => Promise<T>,
  isWaitedOut: (problem: Problem) => boolean = () => true,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null || !isWaitedOut(problem)) throw error;
      ledger.gate.hearRoot(problem);
      show(ledger);
      await condition(() => ledger.gate.isOpen, ledger.gate.takeRootDelayMs());
      ledger.gate.hearRoot(null);
      show(ledger);
    }
  }
}

/** The same, begun only while the run is not paused. Not where shards run: orders to them would wait too. */
export const whenOpen = async <T>(ledger: RunLedger, work: () => Promise<T>): Promise<T> =>
  await untilMended(ledger, async () => {
    await condition(() => ledger.gate.isOpen);
    return await work();
  });

export function say(ledger: RunLedger, detail: string): void {
  ledger.says(detail);
  show(ledger);
}

export const show = (ledger: RunLedger): void => setCurrentDetails(runDetails(ledger.progress()));
