import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { JobNotice } from '../src/wire/job';
import type { ShardReport } from '../src/wire/progress';
import type { RunSettings } from '../src/wire/request';
import { control } from './activities';
import { shardDetails } from './details';
import { ifOpen } from './if-open';
import { archiveNews, jobsDone, shardArchives, shardProgress, shardReport } from './messages';
import { runOwnArchives } from './own-lane';
import { SmallLane } from './small-lane';
import { ArchiveTable } from './state/archive-table';
import { SmallArchives } from './state/small-archives';

export interface ShardInput {
  readonly settings: RunSettings;
  readonly shard: number;
  /** Least seconds between two reports to the root. */
  readonly reportSeconds: number;
}

/** Number under which the receipts of lost archive workflows are written; batches count from 1. */
const LOST_BATCH = 0;

/**
 * Moves the archives of one shard, contiguous in CreationDate: large ones by a workflow each, small ones in batches.
 * Reports its counters to the root while it goes on; its result is the last of these reports.
 */
export async function shard({ settings, shard, reportSeconds }: ShardInput): Promise<ShardReport> {
  const table = new ArchiveTable(shard);
  const early: JobNotice[] = [];
  let small: SmallArchives | null = null;
  setHandler(jobsDone, (notices) => {
    if (small === null) early.push(...notices);
    else small.hear(notices, Date.now());
  });
  setHandler(archiveNews, ({ index, state }) => table.become(index, state));
  setHandler(shardArchives, (page) => table.page(page));
  setHandler(shardProgress, () => table.report());

  // A shard that is cancelled before it has begun still accounts for its archives.
  const contents = await CancellationScope.nonCancellable(() => control.openShard(settings, shard));
  const own = new Set(contents.own.map(({ index }) => index));
  const indexes = contents.sizesBytes.map((_, offset) => contents.firstIndex + offset);
  table.open(contents.firstIndex, contents.sizesBytes);
  small = new SmallArchives(
    table,
    indexes.filter((index) => !own.has(index)),
    settings,
  );
  small.hear(early, Date.now());

  const sized = contents.own.map((archive) => ({
    ...archive,
    sizeBytes: contents.sizesBytes[archive.index - contents.firstIndex] ?? 0,
  }));
  const large = runOwnArchives(
    settings,
    shard,
    sized,
    // The first thing an archive does is to request its job.
    (index) => table.become(index, 'requested'),
    (index, { outcome, reason }) => table.settle(index, outcome, reason),
  );
  const lane = new SmallLane(settings, shard, small);
  const work = [large, lane.run(), report(settings, table, reportSeconds)];
  try {
    await Promise.all(work);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => Promise.allSettled(work));
  }
  return await CancellationScope.nonCancellable(async () => {
    await lane.writeEndings();
    const lost = await large;
    if (lost.length > 0) await control.writeReceipts(settings, shard, LOST_BATCH, lost);
    await send(settings.run, table.takeReport());
    return table.report();
  });
}

/** Tells the root at once when something has changed, but not more often than it wants to hear. */
async function report(settings: RunSettings, table: ArchiveTable, reportSeconds: number): Promise<void> {
  while (!table.settled) {
    await condition(() => table.hasNews || table.settled);
    if (table.settled) return;
    await send(settings.run, table.takeReport());
    await condition(() => table.settled, reportSeconds * 1_000);
  }
}

/** A root that is gone is no error: receipts are the record. */
async function send(rootId: string, news: ShardReport): Promise<void> {
  setCurrentDetails(shardDetails(news));
  await ifOpen(() => getExternalWorkflowHandle(rootId).signal(shardReport, news));
}
