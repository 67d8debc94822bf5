import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  ContinueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { Failure } from '../src/failures';
import { INVENTORY_INDEX, shardWorkflowId } from '../src/ids';
import type { TransferSummary } from '../src/wire/progress';
import type { RunSettings, TransferRequest } from '../src/wire/request';
import { control, inventory } from './activities';
import { awaitJob } from './await-job';
import { runDetails } from './details';
import { endedBy } from './failure';
import { ifOpen } from './if-open';
import { jobsDone, runProgress, shardReport } from './messages';
import { searchAttributesOf, showState } from './search-attributes';
import { shard } from './shard';
import { JobWatch } from './state/job-watch';
import { RunLedger, type RunCarry } from './state/run-ledger';

/** How often Temporal is asked about shards that have not reported their end: a shard may have been terminated by hand. */
const RECONCILE_MS = 3_600_000;
/** The same while somebody waits for a cancellation. */
const CANCEL_RECONCILE_MS = 60_000;

/**
 * Moves every archive of a vault into a bucket. Its id is the name of the run.
 * Checks the request, gets the inventory, cuts it into shards, releases these in order as pacing allows, and hears how
 * they do. Continues as new when its history has grown; the second argument is what it takes along then.
 */
export async function vaultTransfer(request: TransferRequest, carry: RunCarry | null = null): Promise<TransferSummary> {
  const ledger = new RunLedger(workflowInfo().workflowId, request, Date.now(), carry);
  const inventoryJob = new JobWatch();
  setHandler(jobsDone, (notices) => inventoryJob.hear(notices));
  setHandler(shardReport, (report) => {
    ledger.hear(report);
    show(ledger);
  });
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

async function accept(request: TransferRequest, ledger: RunLedger): Promise<RunSettings> {
  const settings = await control.checkRequest(request);
  ledger.accepted(settings);
  showState(settings, 'inventory');
  return settings;
}

/** Inventory, from Glacier or from the given file, into shards. */
async function prepare(settings: RunSettings, ledger: RunLedger, job: JobWatch): Promise<void> {
  let jobId: string | null = null;
  if (settings.inventory === null) {
    jobId = await control.requestInventory(settings);
    job.requested(jobId);
    say(ledger, "waiting for Glacier's inventory job, usually about 4 hours");
    const status = await awaitJob(job, settings, INVENTORY_INDEX);
    if (status !== 'Succeeded') {
      throw ApplicationFailure.nonRetryable(
        `Glacier's inventory job ${jobId} ended as ${status}. Start the run again under another name.`,
        Failure.JobFailed,
      );
    }
  }
  say(ledger, 'reading the inventory');
  const summary = jobId === null ? 'from the given file' : "from Glacier's inventory job";
  ledger.transfer(await inventory.prepareInventory.executeWithOptions({ summary }, [settings, jobId]));
  showState(settings, 'transferring');
  show(ledger);
}

/** Releases the shards one after another and waits for all of them. */
async function moveShards(request: TransferRequest, settings: RunSettings, ledger: RunLedger): Promise<void> {
  while (!ledger.settled) {
    if (mustContinueAsNew(settings)) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof vaultTransfer>(request, ledger.carry());
    }
    const waitMs = Math.max(0, ledger.nextReleaseAtMs - Date.now());
    if (waitMs === 0) {
      await releaseShard(settings, ledger);
      continue;
    }
    const known = ledger.nextReleaseAtMs;
    const news = (): boolean => ledger.settled || mustContinueAsNew(settings) || ledger.nextReleaseAtMs !== known;
    const heard = await condition(news, Math.min(waitMs, RECONCILE_MS));
    if (!heard && ledger.openShards.length > 0) {
      ledger.reconcile(await control.findClosedShards(settings.run, ledger.openShards));
      show(ledger);
    }
  }
}

const mustContinueAsNew = ({ continueAsNewAfter }: RunSettings): boolean => {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || (continueAsNewAfter !== null && historyLength > continueAsNewAfter);
};

async function releaseShard(settings: RunSettings, ledger: RunLedger): Promise<void> {
  const number = ledger.release();
  const { shardCount } = ledger.progress();
  await startChild(shard, {
    workflowId: shardWorkflowId(settings.run, number),
    // A few shards may report often; thousands must not fill the root's history.
    args: [{ settings, shard: number, reportSeconds: Math.min(60, 2 * shardCount) }],
    // Shards outlive the run of the root that started them: it continues as new.
    parentClosePolicy: 'ABANDON',
    staticSummary: `shard ${number + 1} of ${shardCount}`,
    ...searchAttributesOf(settings),
  });
}

async function finish(settings: RunSettings, ledger: RunLedger): Promise<TransferSummary> {
  const { archives } = ledger.summary();
  const whole = archives.verified === archives.total && ledger.summary().quarantinedRows === 0;
  ledger.end(
    whole ? 'completed' : 'completed-with-failures',
    whole ? 'every archive is verified' : 'some archives were not moved; their receipts say why',
    Date.now(),
  );
  return await close(settings, ledger);
}

async function close(settings: RunSettings, ledger: RunLedger): Promise<TransferSummary> {
  const summary = ledger.summary();
  await control.writeSummary(settings, summary);
  showState(settings, summary.state);
  show(ledger);
  return summary;
}

/** Cancels the shards, waits for their last reports, and writes the summary. */
async function cancelled(settings: RunSettings | null, ledger: RunLedger): Promise<void> {
  ledger.cancelling();
  show(ledger);
  if (settings !== null) {
    const { run } = settings;
    await Promise.all(
      ledger.openShards.map((number) => ifOpen(() => getExternalWorkflowHandle(shardWorkflowId(run, number)).cancel())),
    );
    while (ledger.openShards.length > 0) {
      const all = await condition(() => ledger.openShards.length === 0, CANCEL_RECONCILE_MS);
      if (!all) ledger.reconcile(await control.findClosedShards(run, ledger.openShards));
    }
  }
  ledger.end('cancelled', 'cancelled; what is verified stays, the rest is still in the vault', Date.now());
  if (settings !== null) await close(settings, ledger);
}

/** The failure that ends the run: its type and message say at first sight what an activity found. */
function failed(settings: RunSettings | null, ledger: RunLedger, error: unknown): ApplicationFailure {
  const { reason, message } = endedBy(error);
  ledger.end('failed', message, Date.now());
  if (settings !== null) showState(settings, 'failed');
  show(ledger);
  return ApplicationFailure.create({ type: reason, message, nonRetryable: true });
}

function say(ledger: RunLedger, detail: string): void {
  ledger.says(detail);
  show(ledger);
}

const show = (ledger: RunLedger): void => setCurrentDetails(runDetails(ledger.progress()));
