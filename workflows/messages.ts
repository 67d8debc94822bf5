import { defineQuery, defineSignal } from '@temporalio/workflow';
import { Queries, Signals } from '../src/ids';
import type { JobNotice } from '../src/wire/job';
import type {
  ArchiveNews,
  ArchivePageRequest,
  ArchiveStateRow,
  ArchiveStatus,
  RunProgress,
  ShardReport,
} from '../src/wire/progress';

export const jobsDone = defineSignal<[readonly JobNotice[]]>(Signals.jobsDone);
export const shardReport = defineSignal<[ShardReport]>(Signals.shardReport);
export const archiveNews = defineSignal<[ArchiveNews]>(Signals.archiveNews);

export const runProgress = defineQuery<RunProgress>(Queries.progress);
export const shardProgress = defineQuery<ShardReport>(Queries.progress);
export const shardArchives = defineQuery<ArchiveStateRow[], [ArchivePageRequest]>(Queries.archives);
export const archiveStatus = defineQuery<ArchiveStatus>(Queries.status);
