import { estimate, fetchRate, USUAL_TIME, type Bound, type Estimated, type Eta } from '../../src/domain/eta';
import { formatBytes, formatCount, formatInstants, formatSpan, counted, formatDuration } from '../text/format';
import type { Throughput } from './throughput';
import type { RunProgress, Throttle } from '../../src/wire/progress';
import type { RateLimits } from '../../src/wire/request';

/** Throughput and remaining time as text; '' while unknown. */
export function throughputText({ bytesPerSecond, remainingMs }: Throughput): string {
  if (bytesPerSecond === null) return '';
  const rate = `${formatBytes(Math.round(bytesPerSecond))}/s`;
  return remainingMs === null || remainingMs === 0 ? rate : `${rate}, about ${formatDuration(remainingMs)} left`;
}

/** The rate limits of a run: `20.0 TiB a day, 100 requests/s`. */
export const limitsText = ({ bytesPerDay, requestsPerSecond }: RateLimits): string =>
  `${formatBytes(bytesPerDay)} a day, ${formatCount(requestsPerSecond)} requests/s`;

const throttledRate = ({ requestsPerSecond }: Throttle): string => `${Number(requestsPerSecond.toFixed(1))} requests/s`;

/** A throttle is a state, not an error; '' without one. */
export const throttleText = ({ throttle }: Pick<RunProgress, 'throttle'>): string =>
  throttle === null ? '' : `throttled by Glacier: ${throttledRate(throttle)} now`;

/**
 * Rate limits of an open run, what limits it now, and gaps in the order of requests.
 * @param isAnswered false in an outage, which keeps it from asking before any limit does
 */
export function rateLimitFacts(
  progress: RunProgress,
  isAnswered = true,
): readonly (readonly [name: string, value: string])[] {
  const limits = isAnswered ? [throttleText(progress), limitText(progress)] : [];
  const requests = limits.filter((part) => part !== '').join('; ');
  return [
    ['Rate limits', limitsText(progress.rateLimits)],
    ...(requests === '' ? [] : [['Requests', requests] as const]),
    ...(progress.gaps === 0 ? [] : [['Warning', gapsText(progress.gaps)] as const]),
  ];
}

/** What limits a run now; '' if nothing does. */
function limitText({ limitedBy, throttle, archives, bytes }: RunProgress): string {
  switch (limitedBy) {
    case null:
      return '';
    case 'bytesPerDay':
      return 'waiting for the bytes per day';
    case 'requestsPerSecond':
      return throttle === null ? 'limited by the requests per second' : '';
    case 'inFlight': {
      const inFlight = BigInt(bytes.requested) + BigInt(bytes.ready) + BigInt(bytes.moving);
      const inArchives = counted(archives.requested + archives.ready + archives.moving, 'archive');
      return `waiting for transfers in flight: ${formatBytes(inFlight)} in ${inArchives}`;
    }
    case 'paused':
      return 'waiting for the run to resume';
    default:
      return limitedBy satisfies never;
  }
}

const gapsText = (gaps: number): string =>
  `the filter leaves ${counted(gaps, 'gap')} in the order of creation, and each counts as a random retrieval. Glacier ` +
  'allows 35 of them a day for each PiB stored: it may throttle this run';

/** Throughput and estimated end, for one line; '' while unknown. */
export function outlookSentence(run: Estimated, throughput: Throughput, now: Date): string {
  const eta = estimate(run, throughput.bytesPerSecond, now.getTime());
  if (eta === null) return throughputText(throughput);
  const done = isUnknown(eta) ? '' : `done ${wait(eta)} (${SHORT_BOUND[eta.boundBy]})`;
  return [rateText(throughput), done].filter((part) => part !== '').join(', ');
}

/** The same as facts of `status`: throughput, estimated end and the limit that determines it. */
export function outlookFacts(
  run: Estimated,
  throughput: Throughput,
  now: Date,
): readonly (readonly [name: string, value: string])[] {
  const eta = estimate(run, throughput.bytesPerSecond, now.getTime());
  const rate = eta === null ? throughputText(throughput) : rateText(throughput);
  return [
    ...(rate === '' ? [] : [['Throughput', rate] as const]),
    ...(eta === null ? [] : [['Done', `${doneText(eta, now)}; ${boundText(eta.boundBy, run, throughput)}`] as const]),
  ];
}

/** The same for programs. */
export function etaRecord(run: Estimated, throughput: Throughput, now: Date) {
  const eta = estimate(run, throughput.bytesPerSecond, now.getTime());
  if (eta === null) return null;
  const [earliest, latest] = instants(eta, now);
  return {
    earliest: earliest.toISOString(),
    latest: latest === null ? null : latest.toISOString(),
    bound_by: BOUND_RECORD[eta.boundBy],
  };
}

const SHORT_BOUND: Readonly<Record<Bound, string>> = {
  bytesPerDay: 'bytes per day',
  requestsPerSecond: 'requests per second',
  glacier: 'Glacier',
  fetching: 'fetching',
};

const BOUND_RECORD = {
  bytesPerDay: 'bytes_per_day',
  requestsPerSecond: 'requests_per_second',
  glacier: 'glacier',
  fetching: 'fetching',
} as const satisfies Readonly<Record<Bound, string>>;

const rateText = ({ bytesPerSecond }: Throughput): string => throughputText({ bytesPerSecond, remainingMs: null });

/** It may end at any time. */
const isUnknown = ({ earliestMs, latestMs }: Eta): boolean => latestMs === null && earliestMs < 1_000;

function wait({ earliestMs, latestMs }: Eta): string {
  return latestMs === null
    ? `in ${formatSpan(earliestMs, earliestMs)} at the earliest`
    : `in ${formatSpan(earliestMs, latestMs)}`;
}

const instants = ({ earliestMs, latestMs }: Eta, now: Date): readonly [earliest: Date, latest: Date | null] => [
  new Date(now.getTime() + earliestMs),
  latestMs === null ? null : new Date(now.getTime() + latestMs),
];

function doneText(eta: Eta, now: Date): string {
  if (isUnknown(eta)) return 'unknown until the first transfers finish';
  const [earliest, latest] = instants(eta, now);
  return `${wait(eta)}: ${formatInstants(earliest, latest ?? earliest, now)}`;
}

function boundText(bound: Bound, run: Estimated, throughput: Throughput): string {
  switch (bound) {
    case 'bytesPerDay':
      return `limited by the bytes per day (${formatBytes(run.rateLimits.bytesPerDay)})`;
    case 'requestsPerSecond':
      return run.throttle === null
        ? `limited by the requests per second (${formatCount(run.rateLimits.requestsPerSecond)})`
        : `limited by Glacier's throttling (${throttledRate(run.throttle)})`;
    case 'glacier':
      return `limited by Glacier's retrieval time${usualText(run)}`;
    case 'fetching':
      return `limited by transfer throughput${rateOfFetching(run, throughput)}`;
    default:
      return bound satisfies never;
  }
}

function usualText({ tier }: Estimated): string {
  if (tier === null) return '';
  const { leastMs, mostMs } = USUAL_TIME[tier];
  return ` (${tier}: ${formatSpan(leastMs, mostMs)})`;
}

function rateOfFetching(run: Estimated, { bytesPerSecond }: Throughput): string {
  const rate = fetchRate(run, bytesPerSecond);
  return rate === null ? ', which is not known yet' : ` (${formatBytes(Math.round(rate))}/s)`;
}
