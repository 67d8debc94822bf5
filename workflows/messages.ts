import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { Queries, Signals, Updates } from '../src/ids';
import type { JobNotification } from '../src/wire/job';
import type { ArchivePageRequest, ArchiveStateRow, ArchiveStatus, RunProgress } from '../src/wire/progress';
import type { Admission, ArchiveReport, PauseGate, ShardReport, ProblemReport } from '../src/wire/signals';
import type { RateLimits } from '../src/wire/request';
import type { SeriesProgress } from '../src/wire/series';

/** A series handles some of a run's messages, with the same names. */
export const pauseSeries = defineUpdate<SeriesProgress>(Updates.pause);
export const resumeSeries = defineUpdate<SeriesProgress>(Updates.resume);
export const cancelSeries = defineUpdate<SeriesProgress>(Updates.cancel);
export const setSeriesRateLimits = defineUpdate<SeriesProgress, [Partial<RateLimits>]>(Updates.setRateLimits);
export const seriesProgress = defineQuery<SeriesProgress>(Queries.progress);

export const jobsDoneSignal = defineSignal<[readonly JobNotification[]]>(Signals.jobsDone);
export const shardReportSignal = defineSignal<[ShardReport]>(Signals.shardReport);
export const archiveReportSignal = defineSignal<[ArchiveReport]>(Signals.archiveReport);
export const problemSignal = defineSignal<[ProblemReport]>(Signals.problem);
export const pauseGateSignal = defineSignal<[PauseGate]>(Signals.pauseGate);
export const admissionSignal = defineSignal<[Admission]>(Signals.admission);
export const rateLimitsSignal = defineSignal<[Partial<RateLimits>]>(Signals.rateLimits);
/** Number of this retry of the run: a repeated signal is ignored. */
export const retryFailedSignal = defineSignal<[number]>(Signals.retryFailed);

export const pause = defineUpdate<RunProgress>(Updates.pause);
export const resume = defineUpdate<RunProgress>(Updates.resume);
export const cancel = defineUpdate<RunProgress>(Updates.cancel);
export const retryFailed = defineUpdate<RunProgress>(Updates.retryFailed);
export const setRateLimits = defineUpdate<RunProgress, [Partial<RateLimits>]>(Updates.setRateLimits);

export const runProgress = defineQuery<RunProgress>(Queries.progress);
export const shardProgress = defineQuery<ShardReport>(Queries.progress);
export const shardArchives = defineQuery<ArchiveStateRow[], [ArchivePageRequest]>(Queries.archives);
export const archiveStatus = defineQuery<ArchiveStatus>(Queries.status);
