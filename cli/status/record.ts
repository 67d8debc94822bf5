import type { Brake, RunProgress, TransferSummary } from '../../src/wire/progress';
import type { Outage } from './outage';
import { etaRecord } from './outlook';
import { type Pace, averagePace } from './pace';
import type { CliContext } from '../context';

/** What an order has led to: a sentence for people, or the record of `status` for programs. */
export async function tellProgress(
  { output, now }: CliContext,
  progress: RunProgress,
  sentence: string,
  isJson: boolean,
): Promise<void> {
  if (isJson) await output.json(statusRecord(progress, averagePace(progress, now()), now()));
  else await output.result(sentence);
}

/**
 * `status --json`: one object with everything the text says. Bytes are decimal strings, times RFC 3339. Orders answer it
 * without a look for an outage.
 */
export const statusRecord = (progress: RunProgress & { readonly outage?: Outage | null }, pace: Pace, now: Date) => ({
  message_type: 'status' as const,
  run: progress.run,
  vault: progress.vault,
  bucket: progress.bucket,
  prefix: progress.prefix,
  state: progress.state,
  detail: progress.detail,
  problem: progress.problem,
  outage: outageRecord(progress.outage ?? null),
  throttle: progress.throttle === null ? null : { requests_per_second: progress.throttle.requestsPerSecond },
  archives: progress.archives,
  bytes: progress.bytes,
  failures: progress.failures,
  quarantined_rows: progress.quarantinedRows,
  inventory_date: progress.inventoryDate,
  gaps: progress.gaps,
  shard_count: progress.shardCount,
  open_shards: progress.openShards.length,
  started_at: progress.startedAt,
  finished_at: progress.finishedAt,
  bytes_per_second: pace.bytesPerSecond === null ? null : Math.round(pace.bytesPerSecond),
  remaining_seconds: pace.remainingMs === null ? null : Math.round(pace.remainingMs / 1000),
  // What was measured before an outage promises nothing.
  eta: progress.outage ? null : etaRecord(progress, pace, now),
  pace: isPaceKnown(progress)
    ? { bytes_per_day: progress.pace.bytesPerDay, requests_per_second: progress.pace.requestsPerSecond }
    : null,
  held_by: progress.heldBy === null ? null : HELD_BY[progress.heldBy],
  admitted_bytes: isPaceKnown(progress) ? progress.admittedBytes : null,
  location: progress.location,
});

export const outageRecord = (outage: Outage | null) =>
  outage === null ? null : { since: outage.since, message: outage.message };

/** The result of a run that is over says nothing of it: see `Run.progress`. */
const isPaceKnown = ({ pace }: RunProgress): boolean => pace.bytesPerDay !== '0';

const HELD_BY = {
  bytesPerDay: 'bytes_per_day',
  requestsPerSecond: 'requests_per_second',
  window: 'window',
  gate: 'gate',
} as const satisfies Readonly<Record<Brake, string>>;

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
