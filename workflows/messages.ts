import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { Queries, Signals, Updates } from '../src/ids';
import type { JobNotice } from '../src/wire/job';
import type {
  Allowance,
  ArchiveNews,
  ArchivePageRequest,
  ArchiveStateRow,
  ArchiveStatus,
  GateOrder,
  RunProgress,
  ShardReport,
  Trouble,
} from '../src/wire/progress';
import type { RunPace } from '../src/wire/request';
import type { SeriesProgress } from '../src/wire/series';

/** A series understands a part of what a run does, by the same names. */
export const pauseSeries = defineUpdate<SeriesProgress>(Updates.pause);
export const resumeSeries = defineUpdate<SeriesProgress>(Updates.resume);
export const cancelSeries = defineUpdate<SeriesProgress>(Updates.cancel);
export const setSeriesPace = defineUpdate<SeriesProgress, [Partial<RunPace>]>(Updates.setPace);
export const seriesProgress = defineQuery<SeriesProgress>(Queries.progress);

export const jobsDone = defineSignal<[readonly JobNotice[]]>(Signals.jobsDone);
export const shardReport = defineSignal<[ShardReport]>(Signals.shardReport);
export const archiveNews = defineSignal<[ArchiveNews]>(Signals.archiveNews);
export const trouble = defineSignal<[Trouble]>(Signals.trouble);
export const gateOrder = defineSignal<[GateOrder]>(Signals.gate);
export const allowanceOrder = defineSignal<[Allowance]>(Signals.allowance);
export const paceOrder = defineSignal<[Partial<RunPace>]>(Signals.pace);
/** The number of this retry in its run: a repeated order does nothing. */
export const retryOrder = defineSignal<[number]>(Signals.retryFailed);

export const pause = defineUpdate<RunProgress>(Updates.pause);
export const resume = defineUpdate<RunProgress>(Updates.resume);
export const cancel = defineUpdate<RunProgress>(Updates.cancel);
export const retryFailed = defineUpdate<RunProgress>(Updates.retryFailed);
export const setPace = defineUpdate<RunProgress, [Partial<RunPace>]>(Updates.setPace);

export const runProgress = defineQuery<RunProgress>(Queries.progress);
export const shardProgress = defineQuery<ShardReport>(Queries.progress);
export const shardArchives = defineQuery<ArchiveStateRow[], [ArchivePageRequest]>(Queries.archives);
export const archiveStatus = defineQuery<ArchiveStatus>(Queries.status);
