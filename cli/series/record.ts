import type { Pace } from '../status/pace';
import { outageRecord } from '../status/record';
import type { SeriesStatus } from './status';

/** `status --json` of a series: one object with everything the text says. */
export const seriesRecord = (status: SeriesStatus, pace: Pace) => ({
  message_type: 'series' as const,
  series: status.run,
  order: status.order,
  pace: { bytes_per_day: status.pace.bytesPerDay, requests_per_second: status.pace.requestsPerSecond },
  state: status.state,
  detail: status.detail,
  problem: status.problem,
  outage: outageRecord(status.outage ?? null),
  archives: status.archives,
  bytes: status.bytes,
  started_at: status.startedAt,
  finished_at: status.finishedAt,
  bytes_per_second: pace.bytesPerSecond === null ? null : Math.round(pace.bytesPerSecond),
  remaining_seconds: pace.remainingMs === null ? null : Math.round(pace.remainingMs / 1000),
  vaults: status.vaults.map(({ vault, run, state, message, tally, quarantinedRows }) => ({
    vault,
    run,
    state,
    message,
    archives: tally?.archives ?? null,
    bytes: tally?.bytes ?? null,
    quarantined_rows: quarantinedRows,
  })),
});
