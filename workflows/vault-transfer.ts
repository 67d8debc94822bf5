import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  ContinueAsNew,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { rateLimitProblem } from '../src/domain/rate-limits';
import { Failure } from '../src/failures';
import { INVENTORY_INDEX } from '../src/ids';
import type { PreparedInventory } from '../src/wire/inventory';
import type { TransferSummary } from '../src/wire/progress';
import type { RunSettings, TransferRequest } from '../src/wire/request';
import { control, inventory } from './activities';
import { awaitJob } from './await-job';
import { endedBy, failureType, problemOf } from './failure';
import { assertContinuedRun, onSignal } from './inputs';
import { jobsDoneSignal, rateLimitsSignal, runProgress, shardReportSignal, problemSignal } from './messages';
import { handleRunUpdates } from './run-updates';
import { cancelShards, moveShards, setDetail, show, untilFixed, whenOpen } from './supervise-shards';
import { showState } from './search-attributes';
import { areJobNotifications, isShardReport, isProblemReport } from './state/input-checks';
import { JobTracker } from './state/job-tracker';
import { finalOutcome } from './state/run-progress';
import { RunTracker, type RunCarry } from './state/run-tracker';

/**
 * Moves every archive of a vault into a bucket. Its id is the name of the run.
 * Checks the request, gets the inventory, divides it into shards, releases them in order as far as the limits allow, and
 * tracks their progress. Resumes instead if an earlier workflow of the same name has left receipts in the run's folder.
 * Continues as new when its history has grown; the second argument is its state then.
 */
export async function vaultTransfer(request: TransferRequest, carry: RunCarry | null = null): Promise<TransferSummary> {
  if (carry !== null) assertContinuedRun();
  const run = workflowInfo().workflowId;
  const tracker = new RunTracker(run, request, Date.now(), carry);
  const inventoryJob = new JobTracker();
  onSignal(jobsDoneSignal, areJobNotifications, (notifications) => inventoryJob.handle(notifications));
  onSignal(shardReportSignal, isShardReport, (report) => {
    tracker.handleReport(report, Date.now());
    show(tracker);
  });
  onSignal(problemSignal, isProblemReport, ({ from, problem }) => {
    tracker.handleProblem(from, problem, Date.now());
    show(tracker);
  });
  setHandler(rateLimitsSignal, (rateLimits) => {
    if (rateLimitProblem(rateLimits) === null) tracker.setRateLimits(rateLimits, Date.now());
  });
  handleRunUpdates(run, tracker, () => show(tracker));
  setHandler(runProgress, () => tracker.progress());
  let settings = carry?.settings ?? null;
  try {
    settings ??= await accept(request, tracker);
    if (carry === null) await prepare(settings, tracker, inventoryJob);
    await moveShards(request, settings, tracker);
    return await finish(settings, tracker);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (!isCancellation(error)) throw failed(settings, tracker, error);
    await CancellationScope.nonCancellable(() => cancelled(settings, tracker));
    throw error;
  }
}

async function accept(request: TransferRequest, tracker: RunTracker): Promise<RunSettings> {
  // A problem with AWS makes the request invalid; one with a worker's machine does not.
  const settings = await untilFixed(
    tracker,
    () => control.checkRequest(request),
    ({ reason }) => reason === Failure.HostUnusable,
  );
  tracker.accepted(settings);
  showState(settings, 'inventory');
  return settings;
}

/** Resumes from what an earlier workflow has left, or divides the inventory, Glacier's or the given file, into shards. */
async function prepare(settings: RunSettings, tracker: RunTracker, job: JobTracker): Promise<void> {
  const run = <T>(work: () => Promise<T>): Promise<T> => whenOpen(tracker, work);
  const earlier = await run(() => control.findPreparedInventory(settings));
  if (earlier === null) {
    tracker.transfer(await readInventory(settings, tracker, job));
  } else {
    setDetail(tracker, "reading the run's earlier receipts");
    const found = await run(() => inventory.resumeRun(settings, earlier.shardCount, 0, []));
    tracker.transfer(earlier);
    tracker.resumeFrom(found);
  }
  showState(settings, 'transferring');
  show(tracker);
}

/** Divides the inventory into shards. A job whose output expires before it is read is initiated again. */
async function readInventory(settings: RunSettings, tracker: RunTracker, job: JobTracker): Promise<PreparedInventory> {
  for (;;) {
    const jobId = settings.inventory === null ? await inventoryOf(settings, tracker, job) : null;
    setDetail(tracker, 'reading the inventory');
    const summary = jobId === null ? 'from the given file' : "from Glacier's inventory job";
    try {
      return await whenOpen(tracker, () =>
        inventory.prepareInventory.executeWithOptions({ summary }, [settings, jobId]),
      );
    } catch (error) {
      const reason = failureType(error);
      if (reason === Failure.JobNotReady) {
        // The notification was premature or forged: keep waiting.
        job.clearNotification();
        continue;
      }
      if (reason !== Failure.JobExpired || !job.mayRequestAgain('expired')) throw error;
      job.discard();
    }
  }
}

/**
 * The id of a finished inventory job, an existing one or one that is waited for. A job that Glacier fails or loses is
 * initiated again.
 */
async function inventoryOf(settings: RunSettings, tracker: RunTracker, job: JobTracker): Promise<string> {
  for (;;) {
    const earlier = job.jobId;
    const { jobId, finished } =
      earlier === null
        ? await whenOpen(tracker, () => control.initiateInventory(settings))
        : { jobId: earlier, finished: false };
    if (earlier === null) job.requested(jobId);
    if (finished) return jobId;
    setDetail(tracker, "waiting for Glacier's inventory job, usually about 4 hours");
    const status = await awaitJob(job, settings, INVENTORY_INDEX, (work) => whenOpen(tracker, work));
    if (status === 'Succeeded') return jobId;
    if (!job.mayRequestAgain(status === 'Failed' ? 'failed' : 'expired')) {
      throw ApplicationFailure.nonRetryable(
        `Glacier failed or lost ${job.jobIds.length} inventory jobs, the last one ${jobId}. Retry later with ` +
          `"glacier-transfer retry ${settings.run}"; if this happens again, contact AWS support with the job id.`,
        Failure.JobFailed,
      );
    }
    job.discard();
  }
}

async function finish(settings: RunSettings, tracker: RunTracker): Promise<TransferSummary> {
  const { state, detail } = finalOutcome(tracker.progress());
  tracker.end(state, detail, Date.now());
  const summary = tracker.summary();
  await untilFixed(tracker, () => control.writeSummary(settings, summary));
  return close(settings, tracker);
}

function close(settings: RunSettings, tracker: RunTracker): TransferSummary {
  const summary = tracker.summary();
  showState(settings, summary.state);
  show(tracker);
  return summary;
}

/** Cancels the shards, waits for their final reports, and writes the summary. */
async function cancelled(settings: RunSettings | null, tracker: RunTracker): Promise<void> {
  tracker.cancelling();
  show(tracker);
  if (settings !== null) await cancelShards(settings, tracker);
  tracker.end('cancelled', 'cancelled; verified archives are kept, the rest is still in the vault', Date.now());
  if (settings !== null) {
    try {
      await control.writeSummary(settings, tracker.summary());
    } catch (error) {
      // A cancelled run does not wait until a problem is fixed.
      if (problemOf(error) === null) throw error;
    }
    close(settings, tracker);
  }
  await condition(allHandlersFinished);
}

/** The failure that ends the run, with the type and message of the activity's failure. */
function failed(settings: RunSettings | null, tracker: RunTracker, error: unknown): ApplicationFailure {
  const { reason, message } = endedBy(error);
  tracker.end('failed', message, Date.now());
  if (settings !== null) showState(settings, 'failed');
  show(tracker);
  return ApplicationFailure.create({ type: reason, message, nonRetryable: true });
}
