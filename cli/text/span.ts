import { counted, formatCount, formatInstant } from './format';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Unit {
  readonly name: string;
  readonly ms: number;
  /** Longer times are said in the next unit. */
  readonly upToMs: number;
}
const DAYS: Unit = { name: 'day', ms: DAY_MS, upToMs: Infinity };
const UNITS: readonly Unit[] = [
  { name: 'second', ms: SECOND_MS, upToMs: 90 * SECOND_MS },
  { name: 'minute', ms: MINUTE_MS, upToMs: 90 * MINUTE_MS },
  { name: 'hour', ms: HOUR_MS, upToMs: 48 * HOUR_MS },
  DAYS,
];
const unitOf = (ms: number): Unit => UNITS.find(({ upToMs }) => ms < upToMs) ?? DAYS;

/** A range of times in one unit: `5 to 12 hours`, `about 3 days`, `up to 40 minutes`. */
export function formatSpan(leastMs: number, mostMs: number): string {
  const { name, ms } = unitOf(mostMs);
  const [least, most] = [Math.round(leastMs / ms), Math.round(mostMs / ms)];
  if (least === most) return `about ${counted(most, name)}`;
  return least === 0 ? `up to ${counted(most, name)}` : `${formatCount(least)} to ${counted(most, name)}`;
}

const DAY_FORMAT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/**
 * Two instants that lie ahead, in UTC: to the day if the later one is two days away, else to the minute.
 * `25 to 26 November 2026`, `2026-11-23 15:00 to 22:00 UTC`; equal ones are said once.
 */
export function formatInstants(earliest: Date, latest: Date, now: Date): string {
  if (unitOf(latest.getTime() - now.getTime()) === DAYS) {
    return DAY_FORMAT.formatRange(earliest, latest).replace(/\s*–\s*/u, ' to ');
  }
  const [from, to] = [minuteOf(earliest), minuteOf(latest)];
  if (from === to) return `${from} UTC`;
  const [fromDay, toDay] = [from.slice(0, 10), to.slice(0, 10)];
  return `${from} to ${fromDay === toDay ? to.slice(11) : to} UTC`;
}

const minuteOf = (instant: Date): string => formatInstant(instant.toISOString()).slice(0, 16);
