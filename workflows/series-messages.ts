import { defineQuery, defineUpdate } from '@temporalio/workflow';
import { Queries, Updates } from '../src/ids';
import type { RunPace } from '../src/wire/request';
import type { SeriesProgress } from '../src/wire/series';

/** A series understands a part of what a run does, by the same names. */
export const pauseSeries = defineUpdate<SeriesProgress>(Updates.pause);
export const resumeSeries = defineUpdate<SeriesProgress>(Updates.resume);
export const cancelSeries = defineUpdate<SeriesProgress>(Updates.cancel);
export const setSeriesPace = defineUpdate<SeriesProgress, [Partial<RunPace>]>(Updates.setPace);
export const seriesProgress = defineQuery<SeriesProgress>(Queries.progress);
