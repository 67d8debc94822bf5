import { condition, setCurrentDetails } from '@temporalio/workflow';
import { runDetails } from './details';
import { problemOf } from './failure';
import type { RunLedger } from './state/run-ledger';

/** Runs an activity of the root itself. What only a person can mend is shown and waited out. */
export async function untilMended<T>(ledger: RunLedger, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null) throw error;
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
