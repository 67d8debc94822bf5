import type { RunProgress } from '../wire/progress';
import type { Tier } from '../wire/request';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** At most 1,000 years, so that every date has a four-digit year. */
const LONGEST_MS = 365_000 * DAY_MS;

/** Glacier's usual time from InitiateJob to the output. */
export const USUAL_TIME: Readonly<Record<Tier, { readonly leastMs: number; readonly mostMs: number }>> = {
  Expedited: { leastMs: 60_000, mostMs: 5 * 60_000 },
  Standard: { leastMs: 3 * HOUR_MS, mostMs: 5 * HOUR_MS },
  Bulk: { leastMs: 5 * HOUR_MS, mostMs: 12 * HOUR_MS },
};

/** Input of an estimate. */
export type Estimated = Pick<
  RunProgress,
  'state' | 'startedAt' | 'archives' | 'bytes' | 'tier' | 'rateLimits' | 'throttle' | 'limitedBy' | 'lastHourBytes'
>;

/** What takes longest: a rate limit, Glacier's usual time, or downloading what is ready. */
export type Bound = 'bytesPerDay' | 'requestsPerSecond' | 'glacier' | 'fetching';

/** When a run will be done, in ms from now. */
export interface Eta {
  readonly earliestMs: number;
  /** Null until something has been downloaded: the throughput is still unknown. */
  readonly latestMs: number | null;
  readonly boundBy: Bound;
}

/**
 * Estimates when a run will be done if its limits and throughput stay the same. At the earliest, downloads keep up with
 * requests; at the latest, throttling continues and Glacier takes its full time for the last archive.
 * @param bytesPerSecond throughput to use if there is none for the last hour; null if nothing has been downloaded
 * @returns null unless the run is transferring and has archives left
 */
export function estimate(run: Estimated, bytesPerSecond: number | null, nowMs: number): Eta | null {
  const { state, archives, bytes, tier, rateLimits, throttle } = run;
  const requested = archives.requested + archives.ready + archives.moving;
  if (state !== 'transferring' || tier === null || archives.waiting + requested === 0) return null;
  const glacier = glacierTime(run, tier, nowMs);
  const fetchingMs = timeToFetch(run, fetchRate(run, bytesPerSecond));
  const bytesPerDayMs = (Number(bytes.waiting) / Number(rateLimits.bytesPerDay)) * DAY_MS;
  const fullRateMs = (archives.waiting / rateLimits.requestsPerSecond) * 1_000;
  const earliestMs = Math.max(Math.max(bytesPerDayMs, fullRateMs) + glacier.leastMs, fetchingMs ?? 0);
  const slowestPerSecond = Math.min(rateLimits.requestsPerSecond, throttle?.requestsPerSecond ?? Infinity);
  const throttledMs = (archives.waiting / slowestPerSecond) * 1_000;
  const latestMs = fetchingMs === null ? null : Math.max(bytesPerDayMs, throttledMs, fetchingMs) + glacier.mostMs;
  return {
    earliestMs: Math.min(earliestMs, LONGEST_MS),
    latestMs: latestMs === null ? null : Math.min(latestMs, LONGEST_MS),
    boundBy: longest({
      bytesPerDay: bytesPerDayMs,
      requestsPerSecond: throttledMs,
      glacier: glacier.mostMs,
      // A run at its in-flight limit waits for downloads, however long they take.
      fetching: fetchingMs ?? (run.limitedBy === 'inFlight' ? Infinity : 0),
    }),
  };
}

/** Bytes per second, of the last full hour if anything was downloaded in it. */
export function fetchRate(
  { lastHourBytes }: Pick<Estimated, 'lastHourBytes'>,
  otherwise: number | null,
): number | null {
  const perHour = Number(lastHourBytes ?? 0);
  return perHour > 0 ? perHour / 3_600 : otherwise;
}

/** Time until Glacier has the last output ready. What is already requested was requested after the start of the run. */
function glacierTime(
  { archives, startedAt }: Estimated,
  tier: Tier,
  nowMs: number,
): { readonly leastMs: number; readonly mostMs: number } {
  const usual = USUAL_TIME[tier];
  if (archives.waiting > 0) return usual;
  if (archives.requested === 0) return { leastMs: 0, mostMs: 0 };
  return { leastMs: Math.max(0, usual.leastMs - (nowMs - Date.parse(startedAt))), mostMs: usual.mostMs };
}

function timeToFetch({ bytes }: Estimated, bytesPerSecond: number | null): number | null {
  if (bytesPerSecond === null) return null;
  const left = [bytes.waiting, bytes.requested, bytes.ready, bytes.moving];
  return (left.reduce((sum, some) => sum + Number(some), 0) / bytesPerSecond) * 1_000;
}

function longest(timesMs: Readonly<Record<Bound, number>>): Bound {
  const bounds = Object.keys(timesMs) as Bound[];
  return bounds.reduce((longestSoFar, bound) => (timesMs[bound] > timesMs[longestSoFar] ? bound : longestSoFar));
}
