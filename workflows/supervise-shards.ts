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
import { problemOf, ignoringClosed } from './failure';
import { admissionSignal, pauseGateSignal, retryFailedSignal } from './messages';
import { searchAttributesOf, showState } from './search-attributes';
import { shard } from './shard';
import type { ShardAdmission } from './state/admission';
import type { RunCarry, RunTracker } from './state/run-tracker';
import { runDetails } from './details';

/**
 * Runs an activity of the root itself. A problem that someone has to fix is shown, and the activity retried until it is
 * fixed.
 * @param isWaitedOut false: the problem fails the work instead
 */
export async function untilFixed<T>(
  tracker: RunTracker,
  work: () => Promise<T>,
  isWaitedOut: (problem: Problem) => boolean = () => true,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null || !isWaitedOut(problem)) throw error;
      tracker.gate.setRootProblem(problem);
      show(tracker);
      await condition(() => tracker.gate.isOpen, tracker.gate.takeRootDelayMs());
      tracker.gate.setRootProblem(null);
      show(tracker);
    }
  }
}

/** The same, started only while the run is not paused. Not while shards run: signals to them would wait as well. */
export const whenOpen = async <T>(tracker: RunTracker, work: () => Promise<T>): Promise<T> =>
  await untilFixed(tracker, async () => {
    await condition(() => tracker.gate.isOpen);
    return await work();
  });

export function setDetail(tracker: RunTracker, detail: string): void {
  tracker.setDetail(detail);
  show(tracker);
}

export const show = (tracker: RunTracker): void => setCurrentDetails(runDetails(tracker.progress()));

/** How often Temporal is polled for shards that have closed without a report: a shard may have been terminated by hand. */
const RECONCILE_MS = 3_600_000;
/** The same during a cancellation. */
const CANCEL_RECONCILE_MS = 60_000;

/** Releases the shards sequentially, sends them gates, admissions and retries, and waits for all of them. */
export async function moveShards(request: TransferRequest, settings: RunSettings, tracker: RunTracker): Promise<void> {
  let shown = tracker.shownState;
  while (!tracker.settled) {
    await sendDueGate(settings, tracker);
    if (tracker.shownState !== shown) showState(settings, tracker.shownState);
    shown = tracker.shownState;
    if (mustContinueAsNew(settings)) {
      await condition(allHandlersFinished);
      await continueAsNew<(request: TransferRequest, carry: RunCarry | null) => Promise<TransferSummary>>(
        request,
        tracker.carry(),
      );
    }
    const wakeAtMs = wakeTimeMs(tracker);
    const waitMs = Math.max(0, wakeAtMs - Date.now());
    if (waitMs > 0) {
      const hasWork = (): boolean => tracker.settled || mustContinueAsNew(settings) || wakeTimeMs(tracker) !== wakeAtMs;
      const woken = await condition(hasWork, Math.min(waitMs, RECONCILE_MS));
      if (!woken && waitMs >= RECONCILE_MS) await reconcile(settings, tracker);
    } else if (mayRetry(tracker)) await retry(settings, tracker);
    else if (tracker.admission.areRatesDue) await sendAdmissions(settings, tracker.admission.takeRates(Date.now()));
    else if (tracker.nextAdmissionAtMs <= Date.now()) await admit(settings, tracker);
  }
}

const mayRetry = ({ retryWanted, gate }: RunTracker): boolean => retryWanted && gate.isOpen;

/** Time of the next work; 0 means now. */
function wakeTimeMs(tracker: RunTracker): number {
  if (tracker.gate.isGateDue || mayRetry(tracker) || tracker.admission.areRatesDue) return 0;
  return Math.min(tracker.nextAdmissionAtMs, tracker.gate.nextProbeAtMs);
}

const mustContinueAsNew = ({ continueAsNewAfter }: RunSettings): boolean => {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || (continueAsNewAfter !== null && historyLength > continueAsNewAfter);
};

/** Sends a changed pause gate to the shards, or a probe to one of them. */
async function sendDueGate({ run }: RunSettings, tracker: RunTracker): Promise<void> {
  const due = tracker.gate.takeDueGate(tracker.shards.openShards, Date.now());
  if (due === null) return;
  await Promise.all(
    due.shards.map((number) =>
      ignoringClosed(() => getExternalWorkflowHandle(shardWorkflowId(run, number)).signal(pauseGateSignal, due.gate)),
    ),
  );
}

/** Admits more of the shard that is requesting its archives or, once it has requested all, releases the next one. */
async function admit(settings: RunSettings, tracker: RunTracker): Promise<void> {
  const { shard: number, admission } = tracker.admission.admit(Date.now());
  if (number === null) return await releaseShard(settings, tracker, admission);
  tracker.shards.admit(number, admission.admittedBytes);
  await sendAdmissions(settings, [{ shard: number, admission }]);
}

async function sendAdmissions({ run }: RunSettings, admitted: readonly ShardAdmission[]): Promise<void> {
  await Promise.all(
    admitted.map(({ shard: number, admission }) =>
      ignoringClosed(() => getExternalWorkflowHandle(shardWorkflowId(run, number)).signal(admissionSignal, admission)),
    ),
  );
}

async function releaseShard(settings: RunSettings, tracker: RunTracker, admission: Admission): Promise<void> {
  const { shard: number, reopened, retries } = tracker.shards.release(admission.admittedBytes);
  const { shardCount } = tracker;
  const workflowId = shardWorkflowId(settings.run, number);
  try {
    await startChild(shard, {
      workflowId,
      // A few shards may report often; thousands would fill the root's history.
      args: [
        {
          settings,
          shard: number,
          reportSeconds: Math.min(60, 2 * shardCount),
          reopened,
          retries,
          admission,
        },
      ],
      // Shards outlive a run of the root, which continues as new.
      parentClosePolicy: 'ABANDON',
      // Inherited by everything a shard starts.
      priority: fairnessOf(settings),
      staticSummary: `shard ${number + 1} of ${shardCount}`,
      ...searchAttributesOf(settings),
    });
  } catch (error) {
    // A shard of an earlier root is still open and reports to this one. It may be paused.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const gate = tracker.gate.currentGate(Date.now());
    await ignoringClosed(() => getExternalWorkflowHandle(workflowId).signal(pauseGateSignal, gate));
    await sendAdmissions(settings, [{ shard: number, admission }]);
  }
}

/** Open shards retry their own failed archives; closed ones are reopened. */
async function retry(settings: RunSettings, tracker: RunTracker): Promise<void> {
  const open = tracker.shards.openShards;
  const { hasUnfinished } = tracker.shards;
  const number = tracker.startRetry();
  await Promise.all(
    open.map((shardNumber) =>
      ignoringClosed(() =>
        getExternalWorkflowHandle(shardWorkflowId(settings.run, shardNumber)).signal(retryFailedSignal, number),
      ),
    ),
  );
  if (!hasUnfinished) return;
  const released = tracker.shards.releasedShards;
  tracker.resumeFrom(await untilFixed(tracker, () => inventory.resumeRun(settings, released, released, open)));
}

/** Finds shards that have closed without a report. For terminated ones, receipts have to be written. */
async function reconcile(settings: RunSettings, tracker: RunTracker): Promise<void> {
  if (tracker.shards.openShards.length === 0) return;
  await attempt(tracker, async () => {
    for (const { shard: number, report } of await control.findClosedShards(settings.run, tracker.shards.openShards)) {
      tracker.reconcile(report ?? (await control.settleLostShard(settings, number)));
    }
  });
  show(tracker);
}

/** What a problem prevents now is retried in a later round. */
async function attempt(tracker: RunTracker, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (problemOf(error) === null) throw error;
    show(tracker);
  }
}

/** Cancels the open shards, and waits until all of them have accounted for their archives. */
export async function cancelShards(settings: RunSettings, tracker: RunTracker): Promise<void> {
  if (!tracker.hasShards) return;
  const { run } = settings;
  const open = (): number[] => tracker.shards.openShards;
  await Promise.all(
    open().map((number) => ignoringClosed(() => getExternalWorkflowHandle(shardWorkflowId(run, number)).cancel())),
  );
  while (open().length > 0) {
    const all = await condition(() => open().length === 0, CANCEL_RECONCILE_MS);
    if (!all) await reconcile(settings, tracker);
  }
}
