import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  startChild,
  workflowInfo,
  setCurrentDetails,
} from '@temporalio/workflow';
import { shardWorkflowId } from '../src/ids';
import type { Problem, TransferSummary } from '../src/wire/progress';
import type { Admission } from '../src/wire/signals';
import type { RunSettings, TransferRequest } from '../src/wire/request';
import { control, fairnessOf, inventory } from './activities';
import { problemOf, ifOpen } from './failure';
import { admissionSignal, pauseGateSignal, retryFailedSignal } from './messages';
import { searchAttributesOf, showState } from './search-attributes';
import { shard } from './shard';
import type { ShardAdmission } from './state/admission';
import type { RunCarry, RunTracker } from './state/run-tracker';
import { runDetails } from './details';

/**
 * Runs an activity of the root itself. What only a person can fix is shown and waited out.
 * @param isWaitedOut false: a problem that fails the work instead
 */
export async function untilFixed<T>(
  ledger: RunTracker,
  work: () => Promise<T>,
  isWaitedOut: (problem: Problem) => boolean = () => true,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null || !isWaitedOut(problem)) throw error;
      ledger.gate.setRootProblem(problem);
      show(ledger);
      await condition(() => ledger.gate.isOpen, ledger.gate.takeRootDelayMs());
      ledger.gate.setRootProblem(null);
      show(ledger);
    }
  }
}

/** The same, begun only while the run is not paused. Not where shards run: orders to them would wait too. */
export const whenOpen = async <T>(ledger: RunTracker, work: () => Promise<T>): Promise<T> =>
  await untilFixed(ledger, async () => {
    await condition(() => ledger.gate.isOpen);
    return await work();
  });

export function setDetail(ledger: RunTracker, detail: string): void {
  ledger.setDetail(detail);
  show(ledger);
}

export const show = (ledger: RunTracker): void => setCurrentDetails(runDetails(ledger.progress()));

/** How often Temporal is asked about shards that have not reported their end: a shard may have been terminated by hand. */
const RECONCILE_MS = 3_600_000;
/** The same while somebody waits for a cancellation. */
const CANCEL_RECONCILE_MS = 60_000;

/** Releases the shards one after another and waits for all of them; carries orders to them. */
export async function moveShards(request: TransferRequest, settings: RunSettings, ledger: RunTracker): Promise<void> {
  let shown = ledger.shownState;
  while (!ledger.settled) {
    await sendDueGate(settings, ledger);
    if (ledger.shownState !== shown) showState(settings, ledger.shownState);
    shown = ledger.shownState;
    if (mustContinueAsNew(settings)) {
      await condition(allHandlersFinished);
      await continueAsNew<(request: TransferRequest, carry: RunCarry | null) => Promise<TransferSummary>>(
        request,
        ledger.carry(),
      );
    }
    const wakeAtMs = wakeTimeMs(ledger);
    const waitMs = Math.max(0, wakeAtMs - Date.now());
    if (waitMs > 0) {
      const news = (): boolean => ledger.settled || mustContinueAsNew(settings) || wakeTimeMs(ledger) !== wakeAtMs;
      const heard = await condition(news, Math.min(waitMs, RECONCILE_MS));
      if (!heard && waitMs >= RECONCILE_MS) await reconcile(settings, ledger);
    } else if (mayRetry(ledger)) await retry(settings, ledger);
    else if (ledger.admission.areRatesDue) await sendAdmissions(settings, ledger.admission.takeRates(Date.now()));
    else if (ledger.nextAdmissionAtMs <= Date.now()) await admit(settings, ledger);
  }
}

const mayRetry = ({ retryWanted, gate }: RunTracker): boolean => retryWanted && gate.isOpen;

/** When there is something to do; 0 means now. */
function wakeTimeMs(ledger: RunTracker): number {
  if (ledger.gate.isGateDue || mayRetry(ledger) || ledger.admission.areRatesDue) return 0;
  return Math.min(ledger.nextAdmissionAtMs, ledger.gate.nextProbeAtMs);
}

const mustContinueAsNew = ({ continueAsNewAfter }: RunSettings): boolean => {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || (continueAsNewAfter !== null && historyLength > continueAsNewAfter);
};

/** Tells the shards to hold or to go on, or one of them to try again. */
async function sendDueGate({ run }: RunSettings, ledger: RunTracker): Promise<void> {
  const due = ledger.gate.takeDueGate(ledger.shards.openShards, Date.now());
  if (due === null) return;
  await Promise.all(
    due.shards.map((number) =>
      ifOpen(() => getExternalWorkflowHandle(shardWorkflowId(run, number)).signal(pauseGateSignal, due.gate)),
    ),
  );
}

/** Lets more of the shard that requests its archives go to Glacier or, when it has requested all, releases the next. */
async function admit(settings: RunSettings, ledger: RunTracker): Promise<void> {
  const { shard: number, admission: allowance } = ledger.admission.admit(Date.now());
  if (number === null) return await releaseShard(settings, ledger, allowance);
  ledger.shards.admit(number, allowance.admittedBytes);
  await sendAdmissions(settings, [{ shard: number, admission: allowance }]);
}

async function sendAdmissions({ run }: RunSettings, admitted: readonly ShardAdmission[]): Promise<void> {
  await Promise.all(
    admitted.map(({ shard: number, admission: allowance }) =>
      ifOpen(() => getExternalWorkflowHandle(shardWorkflowId(run, number)).signal(admissionSignal, allowance)),
    ),
  );
}

async function releaseShard(settings: RunSettings, ledger: RunTracker, allowance: Admission): Promise<void> {
  const { shard: number, reopened: again, retries } = ledger.shards.release(allowance.admittedBytes);
  const { shardCount } = ledger;
  const workflowId = shardWorkflowId(settings.run, number);
  try {
    await startChild(shard, {
      workflowId,
      // A few shards may report often; thousands must not fill the root's history.
      args: [
        {
          settings,
          shard: number,
          reportSeconds: Math.min(60, 2 * shardCount),
          reopened: again,
          retries,
          admission: allowance,
        },
      ],
      // Shards outlive the run of the root that started them: it continues as new.
      parentClosePolicy: 'ABANDON',
      // What a shard starts inherits it.
      priority: fairnessOf(settings),
      staticSummary: `shard ${number + 1} of ${shardCount}`,
      ...searchAttributesOf(settings),
    });
  } catch (error) {
    // One that an earlier root has left goes on, and reports to whoever has the run's name. It may have been held.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const order = ledger.gate.currentGate(Date.now());
    await ifOpen(() => getExternalWorkflowHandle(workflowId).signal(pauseGateSignal, order));
    await sendAdmissions(settings, [{ shard: number, admission: allowance }]);
  }
}

/** Open shards retry what has failed in them by themselves; closed ones are opened again. */
async function retry(settings: RunSettings, ledger: RunTracker): Promise<void> {
  const open = ledger.shards.openShards;
  const { hasUnfinished } = ledger.shards;
  const number = ledger.startRetry();
  await Promise.all(
    open.map((shardNumber) =>
      ifOpen(() =>
        getExternalWorkflowHandle(shardWorkflowId(settings.run, shardNumber)).signal(retryFailedSignal, number),
      ),
    ),
  );
  if (!hasUnfinished) return;
  const released = ledger.shards.releasedShards;
  ledger.resumeFrom(await untilFixed(ledger, () => inventory.resumeRun(settings, released, released, open)));
}

/** Shards that have closed without the root hearing it. Those that were terminated leave receipts to be written. */
async function reconcile(settings: RunSettings, ledger: RunTracker): Promise<void> {
  if (ledger.shards.openShards.length === 0) return;
  await attempt(ledger, async () => {
    for (const { shard: number, report } of await control.findClosedShards(settings.run, ledger.shards.openShards)) {
      ledger.reconcile(report ?? (await control.settleLostShard(settings, number)));
    }
  });
  show(ledger);
}

/** A later round does what a problem keeps from being done now. */
async function attempt(ledger: RunTracker, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (problemOf(error) === null) throw error;
    show(ledger);
  }
}

/** Cancels the open shards and waits until all of them have accounted for their archives. */
export async function cancelShards(settings: RunSettings, ledger: RunTracker): Promise<void> {
  if (!ledger.hasShards) return;
  const { run } = settings;
  const open = (): number[] => ledger.shards.openShards;
  await Promise.all(
    open().map((number) => ifOpen(() => getExternalWorkflowHandle(shardWorkflowId(run, number)).cancel())),
  );
  while (open().length > 0) {
    const all = await condition(() => open().length === 0, CANCEL_RECONCILE_MS);
    if (!all) await reconcile(settings, ledger);
  }
}
