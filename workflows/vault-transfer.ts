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
 * Checks the request, gets the inventory, cuts it into shards, releases these in order as pacing allows, and hears how
 * they do. What an earlier workflow of the same name has left in the run's folder is taken up instead. Continues as new
 * when its history has grown; the second argument is what it takes along then.
 */
export async function vaultTransfer(request: TransferRequest, carry: RunCarry | null = null): Promise<TransferSummary> {
  if (carry !== null) assertContinuedRun();
  const run = workflowInfo().workflowId;
  const ledger = new RunTracker(run, request, Date.now(), carry);
  const inventoryJob = new JobTracker();
  onSignal(jobsDoneSignal, areJobNotifications, (notices) => inventoryJob.handle(notices));
  onSignal(shardReportSignal, isShardReport, (report) => {
    ledger.handleReport(report, Date.now());
    show(ledger);
  });
  onSignal(problemSignal, isProblemReport, ({ from, problem }) => {
    ledger.handleProblem(from, problem, Date.now());
    show(ledger);
  });
  setHandler(rateLimitsSignal, (pace) => {
    if (rateLimitProblem(pace) === null) ledger.setRateLimits(pace, Date.now());
  });
  handleRunUpdates(run, ledger, () => show(ledger));
  setHandler(runProgress, () => ledger.progress());
  let settings = carry?.settings ?? null;
  try {
    settings ??= await accept(request, ledger);
    if (carry === null) await prepare(settings, ledger, inventoryJob);
    await moveShards(request, settings, ledger);
    return await finish(settings, ledger);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (!isCancellation(error)) throw failed(settings, ledger, error);
    await CancellationScope.nonCancellable(() => cancelled(settings, ledger));
    throw error;
  }
}

async function accept(request: TransferRequest, ledger: RunTracker): Promise<RunSettings> {
  // What AWS refuses here makes the request invalid; the machine of a worker does not.
  const settings = await untilFixed(
    ledger,
    () => control.checkRequest(request),
    ({ reason }) => reason === Failure.HostUnusable,
  );
  ledger.accepted(settings);
  showState(settings, 'inventory');
  return settings;
}

/** What an earlier workflow has left, or the inventory, from Glacier or from the given file, in shards. */
async function prepare(settings: RunSettings, ledger: RunTracker, job: JobTracker): Promise<void> {
  const ask = <T>(work: () => Promise<T>): Promise<T> => whenOpen(ledger, work);
  const earlier = await ask(() => control.findPreparedInventory(settings));
  if (earlier === null) {
    ledger.transfer(await readInventory(settings, ledger, job));
  } else {
    setDetail(ledger, "reading the run's earlier receipts");
    const found = await ask(() => inventory.resumeRun(settings, earlier.shardCount, 0, []));
    ledger.transfer(earlier);
    ledger.resumeFrom(found);
  }
  showState(settings, 'transferring');
  show(ledger);
}

/** Cuts the inventory into shards. A job whose output expires before it is read is requested again. */
async function readInventory(settings: RunSettings, ledger: RunTracker, job: JobTracker): Promise<PreparedInventory> {
  for (;;) {
    const jobId = settings.inventory === null ? await inventoryOf(settings, ledger, job) : null;
    setDetail(ledger, 'reading the inventory');
    const summary = jobId === null ? 'from the given file' : "from Glacier's inventory job";
    try {
      return await whenOpen(ledger, () =>
        inventory.prepareInventory.executeWithOptions({ summary }, [settings, jobId]),
      );
    } catch (error) {
      const reason = failureType(error);
      if (reason === Failure.JobNotReady) {
        // A notice came too early, or was forged: wait on.
        job.clearNotification();
        continue;
      }
      if (reason !== Failure.JobExpired || !job.mayRequestAgain('expired')) throw error;
      job.discard();
    }
  }
}

/**
 * The id of a finished inventory job: one that was there already, or that was waited for. One that Glacier fails or loses
 * is requested again.
 */
async function inventoryOf(settings: RunSettings, ledger: RunTracker, job: JobTracker): Promise<string> {
  for (;;) {
    const earlier = job.jobId;
    const { jobId, finished } =
      earlier === null
        ? await whenOpen(ledger, () => control.initiateInventory(settings))
        : { jobId: earlier, finished: false };
    if (earlier === null) job.requested(jobId);
    if (finished) return jobId;
    setDetail(ledger, "waiting for Glacier's inventory job, usually about 4 hours");
    const status = await awaitJob(job, settings, INVENTORY_INDEX, (work) => whenOpen(ledger, work));
    if (status === 'Succeeded') return jobId;
    if (!job.mayRequestAgain(status === 'Failed' ? 'failed' : 'expired')) {
      throw ApplicationFailure.nonRetryable(
        `Glacier failed or lost ${job.jobIds.length} inventory jobs, the last one ${jobId}. Try again later with ` +
          `"glacier-transfer retry ${settings.run}"; if it goes on, ask AWS support with the job id.`,
        Failure.JobFailed,
      );
    }
    job.discard();
  }
}

async function finish(settings: RunSettings, ledger: RunTracker): Promise<TransferSummary> {
  const { state, detail } = finalOutcome(ledger.progress());
  ledger.end(state, detail, Date.now());
  const summary = ledger.summary();
  await untilFixed(ledger, () => control.writeSummary(settings, summary));
  return close(settings, ledger);
}

function close(settings: RunSettings, ledger: RunTracker): TransferSummary {
  const summary = ledger.summary();
  showState(settings, summary.state);
  show(ledger);
  return summary;
}

/** Cancels the shards, waits for their last reports, and writes the summary. */
async function cancelled(settings: RunSettings | null, ledger: RunTracker): Promise<void> {
  ledger.cancelling();
  show(ledger);
  if (settings !== null) await cancelShards(settings, ledger);
  ledger.end('cancelled', 'cancelled; what is verified stays, the rest is still in the vault', Date.now());
  if (settings !== null) {
    try {
      await control.writeSummary(settings, ledger.summary());
    } catch (error) {
      // Nobody waits until somebody has mended what keeps it from being written.
      if (problemOf(error) === null) throw error;
    }
    close(settings, ledger);
  }
  await condition(allHandlersFinished);
}

/** The failure that ends the run: its type and message say at first sight what an activity found. */
function failed(settings: RunSettings | null, ledger: RunTracker, error: unknown): ApplicationFailure {
  const { reason, message } = endedBy(error);
  ledger.end('failed', message, Date.now());
  if (settings !== null) showState(settings, 'failed');
  show(ledger);
  return ApplicationFailure.create({ type: reason, message, nonRetryable: true });
}
