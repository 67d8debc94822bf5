import { CancellationScope, condition } from '@temporalio/workflow';
import { paceProblem } from '../src/domain/pace';
import { control } from './activities';
import { obeyOrder } from './obey-order';
import { cancelSeries, pauseSeries, resumeSeries, setSeriesPace } from './series-messages';
import type { SeriesBook } from './state/vault-series';

/** Takes what people order a series to do, and hands it on to the runs that are open. */
export function obeySeriesOrders(name: string, book: SeriesBook, show: () => void): void {
  const obeying = { refusal: () => book.refusal(), show, progress: () => book.progress() };
  const tellRuns = async (order: 'pause' | 'resume'): Promise<void> => {
    await condition(() => !book.isBeginning);
    if (book.openRuns.length > 0) await control.orderRuns(book.openRuns, order);
  };
  obeyOrder(pauseSeries, obeying, async () => {
    book.pause();
    await tellRuns('pause');
  });
  obeyOrder(resumeSeries, obeying, async () => {
    book.resume();
    await tellRuns('resume');
  });
  obeyOrder(setSeriesPace, obeying, (pace) => book.setPace(pace), paceProblem);
  obeyOrder(cancelSeries, obeying, async () => {
    book.cancelling();
    // By Temporal's own cancellation, so that the workflow ends as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(name));
  });
}
