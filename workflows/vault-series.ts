import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { Failure } from '../src/failures';
import type { SeriesRequest, SeriesSettings, SeriesSummary, SeriesVault } from '../src/wire/series';
import { control } from './activities';
import { seriesDetails } from './details';
import { endedBy, ignoringClosed } from './failure';
import {
  rateLimitsSignal,
  seriesProgress,
  cancelSeries,
  pauseSeries,
  resumeSeries,
  setSeriesRateLimits,
} from './messages';
import { showSeriesState } from './search-attributes';
import { SeriesTracker, type RunEnd } from './state/vault-series';
import { vaultTransfer } from './vault-transfer';
import { rateLimitProblem } from '../src/domain/rate-limits';
import { handleUpdate } from './run-updates';

/** Handles the updates of a series, and forwards them to its open runs. */
function handleSeriesUpdates(name: string, tracker: SeriesTracker, show: () => void): void {
  const target = { rejection: () => tracker.rejection(), show, progress: () => tracker.progress() };
  const updateRuns = async (update: 'pause' | 'resume'): Promise<void> => {
    await condition(() => !tracker.isStarting);
    if (tracker.openRuns.length > 0) await control.updateRuns(tracker.openRuns, update);
  };
  handleUpdate(pauseSeries, target, async () => {
    tracker.pause();
    await updateRuns('pause');
  });
  handleUpdate(resumeSeries, target, async () => {
    tracker.resume();
    await updateRuns('resume');
  });
  handleUpdate(setSeriesRateLimits, target, (rateLimits) => tracker.setRateLimits(rateLimits), rateLimitProblem);
  handleUpdate(cancelSeries, target, async () => {
    tracker.cancelling();
    // Requests Temporal's cancellation, so that the workflow closes as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(name));
  });
}

/**
 * Moves several vaults, each as a separate run with its own name, sequentially or in parallel under common rate limits.
 * A vault whose run fails does not stop the others. Cancelling the series cancels its open runs; if it is terminated,
 * they continue.
 */
export async function vaultSeries(request: SeriesRequest): Promise<SeriesSummary> {
  const name = workflowInfo().workflowId;
  const tracker = new SeriesTracker(name, Date.now());
  const show = (): void => setCurrentDetails(seriesDetails(tracker.progress()));
  handleSeriesUpdates(name, tracker, show);
  setHandler(seriesProgress, () => tracker.progress());
  let settings: SeriesSettings | null = null;
  const close = async (): Promise<SeriesSummary> => {
    if (settings?.searchAttributes === true) showSeriesState(name, tracker.state);
    show();
    await condition(allHandlersFinished);
    return tracker.summary();
  };
  try {
    settings = await control.checkSeries(request);
    tracker.accepted(request, settings);
    if (settings.searchAttributes) showSeriesState(name, tracker.state);
    await moveVaults(tracker, show);
    tracker.finish(Date.now());
    return await close();
  } catch (error) {
    if (!isCancellation(error)) {
      const { reason, message } = endedBy(error);
      tracker.fail(message, Date.now());
      await close();
      throw ApplicationFailure.create({ type: reason, message, nonRetryable: true });
    }
    await CancellationScope.nonCancellable(async () => {
      tracker.cancelling();
      show();
      await condition(() => tracker.openRuns.length === 0);
      tracker.cancelled(Date.now());
      await close();
    });
    throw error;
  }
}

async function moveVaults(tracker: SeriesTracker, show: () => void): Promise<void> {
  const runner = async (): Promise<void> => {
    for (;;) {
      await condition(() => !tracker.isPaused);
      const next = tracker.takeNext();
      if (next === null) return;
      show();
      await moveVault(tracker, next);
      show();
    }
  };
  await Promise.all([...Array.from({ length: tracker.parallelRuns }, runner), shareRateLimits(tracker)]);
}

/** Runs one vault to its end. Throws only bugs. */
async function moveVault(tracker: SeriesTracker, { run, request }: SeriesVault): Promise<void> {
  try {
    const child = await startChild(vaultTransfer, {
      workflowId: run,
      args: [request],
      // A run does not depend on its series.
      parentClosePolicy: 'ABANDON',
      staticSummary: `vault ${request.vault} to s3://${request.bucket}/${request.prefix ?? ''}`,
    }).finally(() => tracker.hasStarted());
    tracker.ended(run, await child.result());
  } catch (error) {
    tracker.ended(run, endOf(run, error));
  }
}

function endOf(run: string, error: unknown): RunEnd {
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const message = `a run of this name is already open, and was left unchanged; see "glacier-transfer status ${run}"`;
    return { state: 'failed', reason: Failure.AlreadyRunning, message };
  }
  const failure =
    error instanceof ChildWorkflowFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
  const { outcome, reason, message } = endedBy(failure);
  if (outcome === 'skipped') return { state: 'cancelled', reason, message: 'the run was cancelled' };
  return { state: 'failed', reason, message };
}

/** Divides the rate limits among the open runs, again whenever a run ends or the limits are changed. */
async function shareRateLimits(tracker: SeriesTracker): Promise<void> {
  for (;;) {
    await condition(() => tracker.settled || (tracker.isShareDue && !tracker.isStarting));
    if (tracker.settled) return;
    const share = tracker.takeShare();
    await Promise.all(
      tracker.openRuns.map((run) =>
        ignoringClosed(() => getExternalWorkflowHandle(run).signal(rateLimitsSignal, share)),
      ),
    );
  }
}
