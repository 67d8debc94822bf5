import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import { paceProblem } from '../src/domain/pace';
import { Failure } from '../src/failures';
import type { RunPace } from '../src/wire/request';
import type { SeriesProgress } from '../src/wire/series';
import { control } from './activities';
import { cancelSeries, pauseSeries, resumeSeries, setSeriesPace } from './series-messages';
import type { SeriesBook } from './state/vault-series';

/** Takes what people order a series to do, and hands it on to the runs that are open. */
export function obeySeriesOrders(name: string, book: SeriesBook, show: () => void): void {
  const obey = <Args extends [] | [Partial<RunPace>]>(
    update: UpdateDefinition<SeriesProgress, Args>,
    act: (...args: Args) => void | Promise<void>,
    problemOf: (...args: Args) => string | null = () => null,
  ): void =>
    setHandler(
      update,
      async (...args: Args) => {
        await act(...args);
        show();
        return book.progress();
      },
      {
        validator: (...args: Args) => {
          const refusal = book.refusal() ?? problemOf(...args);
          if (refusal !== null) throw ApplicationFailure.nonRetryable(refusal, Failure.Refused);
        },
      },
    );
  const tellRuns = async (order: 'pause' | 'resume'): Promise<void> => {
    await condition(() => !book.isBeginning);
    if (book.openRuns.length > 0) await control.orderRuns(book.openRuns, order);
  };
  obey(pauseSeries, async () => {
    book.pause();
    await tellRuns('pause');
  });
  obey(resumeSeries, async () => {
    book.resume();
    await tellRuns('resume');
  });
  obey(setSeriesPace, (pace) => book.setPace(pace), paceProblem);
  obey(cancelSeries, async () => {
    book.cancelling();
    // By Temporal's own cancellation, so that the workflow ends as cancelled.
    await CancellationScope.nonCancellable(() => control.cancelRun(name));
  });
}
