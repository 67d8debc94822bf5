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
import { endedBy, ifOpen } from './failure';
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

/** Takes what people order a series to do, and hands it on to the runs that are open. */
export function handleSeriesUpdates(name: string, book: SeriesTracker, show: () => void): void {
  const obeying = { rejection: () => book.rejection(), show, progress: () => book.progress() };
  const tellRuns = async (order: 'pause' | 'resume'): Promise<void> => {
    await condition(() => !book.isStarting);
    if (book.openRuns.length > 0) await control.updateRuns(book.openRuns, order);
  };
  handleUpdate(pauseSeries, obeying, async () => {
    book.pause();
    await tellRuns('pause');
  });
  handleUpdate(resumeSeries, obeying, async () => {
    book.resume();
    await tellRuns('resume');
  });
  handleUpdate(setSeriesRateLimits, obeying, (pace) => book.setRateLimits(pace), rateLimitProblem);
  handleUpdate(cancelSeries, obeying, async () => {
    book.cancelling();
    // By Temporal's own cancellation, so that the workflow ends as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(name));
  });
}

/**
 * Moves several vaults, each as a run of its own under its own name, one after another or side by side under one pace.
 * A vault whose run fails does not keep the others from moving. To cancel the series cancels its open runs; where it is
 * terminated they go on.
 */
export async function vaultSeries(request: SeriesRequest): Promise<SeriesSummary> {
  const name = workflowInfo().workflowId;
  const book = new SeriesTracker(name, Date.now());
  const show = (): void => setCurrentDetails(seriesDetails(book.progress()));
  handleSeriesUpdates(name, book, show);
  setHandler(seriesProgress, () => book.progress());
  let settings: SeriesSettings | null = null;
  const close = async (): Promise<SeriesSummary> => {
    if (settings?.searchAttributes === true) showSeriesState(name, book.state);
    show();
    await condition(allHandlersFinished);
    return book.summary();
  };
  try {
    settings = await control.checkSeries(request);
    book.accepted(request, settings);
    if (settings.searchAttributes) showSeriesState(name, book.state);
    await moveVaults(book, show);
    book.finish(Date.now());
    return await close();
  } catch (error) {
    if (!isCancellation(error)) {
      const { reason, message } = endedBy(error);
      book.fail(message, Date.now());
      await close();
      throw ApplicationFailure.create({ type: reason, message, nonRetryable: true });
    }
    await CancellationScope.nonCancellable(async () => {
      book.cancelling();
      show();
      await condition(() => book.openRuns.length === 0);
      book.cancelled(Date.now());
      await close();
    });
    throw error;
  }
}

async function moveVaults(book: SeriesTracker, show: () => void): Promise<void> {
  const lane = async (): Promise<void> => {
    for (;;) {
      await condition(() => !book.isPaused);
      const next = book.takeNext();
      if (next === null) return;
      show();
      await moveVault(book, next);
      show();
    }
  };
  await Promise.all([...Array.from({ length: book.parallelRuns }, lane), shareRateLimits(book)]);
}

/** One run from its beginning to its end, whatever that is. It throws only what is a bug. */
async function moveVault(book: SeriesTracker, { run, request }: SeriesVault): Promise<void> {
  try {
    const child = await startChild(vaultTransfer, {
      workflowId: run,
      args: [request],
      // A run is complete in itself; it needs nobody above it.
      parentClosePolicy: 'ABANDON',
      staticSummary: `vault ${request.vault} to s3://${request.bucket}/${request.prefix ?? ''}`,
    }).finally(() => book.hasStarted());
    book.ended(run, await child.result());
  } catch (error) {
    book.ended(run, endOf(run, error));
  }
}

function endOf(run: string, error: unknown): RunEnd {
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const message = `a run of this name goes on already, and was left alone; see "glacier-transfer status ${run}"`;
    return { state: 'failed', reason: Failure.AlreadyRunning, message };
  }
  const own = error instanceof ChildWorkflowFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
  const { outcome, reason, message } = endedBy(own);
  if (outcome === 'skipped') return { state: 'cancelled', reason, message: 'the run was cancelled' };
  return { state: 'failed', reason, message };
}

/** Divides the pace among the open runs, again whenever one of them ends or a person changes it. */
async function shareRateLimits(book: SeriesTracker): Promise<void> {
  for (;;) {
    await condition(() => book.settled || (book.isShareDue && !book.isStarting));
    if (book.settled) return;
    const share = book.takeShare();
    await Promise.all(
      book.openRuns.map((run) => ifOpen(() => getExternalWorkflowHandle(run).signal(rateLimitsSignal, share))),
    );
  }
}
