import { activityInfo } from '@temporalio/activity';
import { Failure, TransferError } from '../src/failures';
import { RUN_NAME, RUN_NAME_RULE } from '../src/ids';
import type { SeriesRequest, SeriesSettings } from '../src/wire/series';
import type { Dependencies } from './dependencies';
import { parseSeries } from './check-series';

/** What a series of vaults needs beside its runs. */
export const createSeriesActivities = ({ hasSearchAttributes, orderRun }: Dependencies) => ({
  /**
   * Checks the form of a series before any of its runs begins. Each run asks AWS about its own vault and bucket.
   * @throws TransferError InvalidRequest with every problem found
   */
  async checkSeries(raw: SeriesRequest): Promise<SeriesSettings> {
    const { workflowId: name = '' } = activityInfo().workflowExecution ?? {};
    const parsed = parseSeries(name, raw);
    const nameProblems = RUN_NAME.test(name) ? [] : [`series ${JSON.stringify(name)}: ${RUN_NAME_RULE}`];
    if ('problems' in parsed || nameProblems.length > 0) {
      const problems = [...nameProblems, ...('problems' in parsed ? parsed.problems : [])];
      throw new TransferError(Failure.InvalidRequest, problems.join('; '), { details: problems });
    }
    const { order, pace } = parsed.series;
    return { order, pace, searchAttributes: await hasSearchAttributes() };
  },

  /** Gives an order to several runs; a repeated one does no harm. Those that are over, or obey already, are left alone. */
  async orderRuns(runs: readonly string[], order: 'pause' | 'resume'): Promise<void> {
    await Promise.all(runs.map((run) => orderRun(run, order)));
  },
});
