import type { RunProgress, TransferSummary } from '../../wire/progress';
import type { Pace } from './pace';

/** `status --json`: one object with everything the text says. Bytes are decimal strings, times RFC 3339. */
export const statusRecord = (progress: RunProgress, pace: Pace) => ({
  message_type: 'status' as const,
  run: progress.run,
  vault: progress.vault,
  bucket: progress.bucket,
  prefix: progress.prefix,
  state: progress.state,
  detail: progress.detail,
  problem: progress.problem,
  throttle: progress.throttle === null ? null : { requests_per_second: progress.throttle.requestsPerSecond },
  archives: progress.archives,
  bytes: progress.bytes,
  failures: progress.failures,
  quarantined_rows: progress.quarantinedRows,
  inventory_date: progress.inventoryDate,
  shard_count: progress.shardCount,
  open_shards: progress.openShards.length,
  started_at: progress.startedAt,
  finished_at: progress.finishedAt,
  bytes_per_second: pace.bytesPerSecond === null ? null : Math.round(pace.bytesPerSecond),
  remaining_seconds: pace.remainingMs === null ? null : Math.round(pace.remainingMs / 1000),
  location: progress.location,
});

/** The last line of a run that was followed to its end. */
export const summaryRecord = (summary: TransferSummary) => ({
  message_type: 'summary' as const,
  run: summary.run,
  vault: summary.vault,
  state: summary.state,
  archives: summary.archives,
  bytes: summary.bytes,
  failures: summary.failures,
  quarantined_rows: summary.quarantinedRows,
  started_at: summary.startedAt,
  finished_at: summary.finishedAt,
  location: summary.location,
});
