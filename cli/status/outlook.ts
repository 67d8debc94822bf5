import { estimate, fetchRate, USUAL_TIME, type Bound, type Estimated, type Eta } from '../../src/domain/eta';
import { formatBytes, formatCount } from '../text/format';
import { formatInstants, formatSpan } from '../text/span';
import type { Pace } from './pace';
import { paceSentence, throttledRate } from './pace-text';

/** How fast a run goes and when it will be done, for one line; '' as long as nothing is known. */
export function outlookSentence(run: Estimated, pace: Pace, now: Date): string {
  const eta = estimate(run, pace.bytesPerSecond, now.getTime());
  if (eta === null) return paceSentence(pace);
  const done = isUnknown(eta) ? '' : `done ${wait(eta)} (${SHORT_BOUND[eta.boundBy]})`;
  return [rateText(pace), done].filter((part) => part !== '').join(', ');
}

/** The same as facts of `status`: the rate, and when the run will be done by which limit. */
export function outlookFacts(
  run: Estimated,
  pace: Pace,
  now: Date,
): readonly (readonly [name: string, value: string])[] {
  const eta = estimate(run, pace.bytesPerSecond, now.getTime());
  const rate = eta === null ? paceSentence(pace) : rateText(pace);
  return [
    ...(rate === '' ? [] : [['Rate', rate] as const]),
    ...(eta === null ? [] : [['Done', `${doneText(eta, now)}; ${boundText(eta.boundBy, run, pace)}`] as const]),
  ];
}

/** The same for programs. */
export function etaRecord(run: Estimated, pace: Pace, now: Date) {
  const eta = estimate(run, pace.bytesPerSecond, now.getTime());
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

const rateText = ({ bytesPerSecond }: Pace): string => paceSentence({ bytesPerSecond, remainingMs: null });

/** It may be done at once or at any time. */
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
  if (isUnknown(eta)) return 'not known before anything is fetched';
  const [earliest, latest] = instants(eta, now);
  return `${wait(eta)}: ${formatInstants(earliest, latest ?? earliest, now)}`;
}

function boundText(bound: Bound, run: Estimated, pace: Pace): string {
  switch (bound) {
    case 'bytesPerDay':
      return `held by the bytes per day (${formatBytes(run.pace.bytesPerDay)})`;
    case 'requestsPerSecond':
      return run.throttle === null
        ? `held by the requests per second (${formatCount(run.pace.requestsPerSecond)})`
        : `held by Glacier's throttling (${throttledRate(run.throttle)})`;
    case 'glacier':
      return `held by Glacier's time${usualText(run)}`;
    case 'fetching':
      return `held by the fetching${rateOfFetching(run, pace)}`;
    default:
      return bound satisfies never;
  }
}

function usualText({ tier }: Estimated): string {
  if (tier === null) return '';
  const { leastMs, mostMs } = USUAL_TIME[tier];
  return ` (${tier}: ${formatSpan(leastMs, mostMs)})`;
}

function rateOfFetching(run: Estimated, { bytesPerSecond }: Pace): string {
  const rate = fetchRate(run, bytesPerSecond);
  return rate === null ? ', of which nothing is known yet' : ` (${formatBytes(Math.round(rate))}/s)`;
}
