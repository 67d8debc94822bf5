import type { Limit, RunProgress, TransferSummary } from '../../src/wire/progress';
import type { Outage } from './outage';
import { etaRecord } from './outlook';
import { type Throughput, averageThroughput } from './throughput';
import type { CliContext } from '../context';

/** The result of an update: a sentence for people, or the `status` record for programs. */
export async function tellProgress(
  { output, now }: CliContext,
  progress: RunProgress,
  sentence: string,
  isJson: boolean,
): Promise<void> {
  if (isJson) await output.json(statusRecord(progress, averageThroughput(progress, now()), now()));
  else await output.result(sentence);
}

/**
 * `status --json`: one object with everything the text says. Bytes are decimal strings, times RFC 3339. Updates return it
 * without checking for an outage.
 */
export const statusRecord = (
  progress: RunProgress & { readonly outage?: Outage | null },
  throughput: Throughput,
  now: Date,
) => ({
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
  bytes_per_second: throughput.bytesPerSecond === null ? null : Math.round(throughput.bytesPerSecond),
  remaining_seconds: throughput.remainingMs === null ? null : Math.round(throughput.remainingMs / 1000),
  // Throughput before an outage is no basis for an estimate.
  eta: progress.outage ? null : etaRecord(progress, throughput, now),
  rate_limits: hasRateLimits(progress)
    ? { bytes_per_day: progress.rateLimits.bytesPerDay, requests_per_second: progress.rateLimits.requestsPerSecond }
    : null,
  limited_by: progress.limitedBy === null ? null : LIMITED_BY[progress.limitedBy],
  admitted_bytes: hasRateLimits(progress) ? progress.admittedBytes : null,
  location: progress.location,
});

export const outageRecord = (outage: Outage | null) =>
  outage === null ? null : { since: outage.since, message: outage.message };

/** The result of a closed run does not contain it: see `Run.progress`. */
const hasRateLimits = ({ rateLimits }: RunProgress): boolean => rateLimits.bytesPerDay !== '0';

const LIMITED_BY = {
  bytesPerDay: 'bytes_per_day',
  requestsPerSecond: 'requests_per_second',
  inFlight: 'in_flight',
  paused: 'paused',
} as const satisfies Readonly<Record<Limit, string>>;

/** The final line of a watched run. */
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
