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

/**
 * Text from outside (archive descriptions, keys, messages of services) made harmless for a terminal: control and
 * escape characters, line ends, and the invisible characters that reorder or hide text become U+FFFD.
 */
export function safeText(untrusted: string): string {
  return untrusted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD');
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** A table of lines: columns as wide as their longest cell, two spaces between them, no space at line ends. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines.map((line) =>
    columns
      .map(({ align }, index) => {
        const [cell, width] = [line[index] ?? '', widths[index] ?? 0];
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

const BYTE_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Bytes for people, in powers of 1,024: `0 B`, `1023 B`, `1.0 KiB`, `8.9 PiB`. Takes what the wire types carry. */
export function formatBytes(bytes: bigint | number | string): string {
  const exact = BigInt(bytes);
  if (exact < 1024n) return `${exact} B`;
  let tenths = (exact * 10n + 512n) / 1024n;
  let unit = 0;
  while (tenths >= 10_240n && unit < BYTE_UNITS.length - 1) {
    tenths = (tenths + 512n) / 1024n;
    unit += 1;
  }
  return `${tenths / 10n}.${tenths % 10n} ${BYTE_UNITS[unit]}`;
}

export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** `1 archive`, `1,200 archives`: for sentences. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** The two largest units that matter: `0.4 s`, `12 s`, `3 min 20 s`, `5 h 2 min`, `9 d 3 h`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9_950) return `${(Math.max(0, durationMs) / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/**
 * Part of a whole as `42 %`, rounded down so that `100 %` is said only of the whole.
 * Nothing of nothing is all of it.
 */
export function formatPercent(part: bigint | number | string, whole: bigint | number | string): string {
  const [of, all] = [BigInt(part), BigInt(whole)];
  return all === 0n ? '100 %' : `${(of * 100n) / all} %`;
}

/** An ISO 8601 instant as a person reads it, UTC to the second: `2026-11-23 10:15:00 UTC`. Other texts stay as they are. */
export function formatInstant(iso: string): string {
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) return iso;
  return `${instant.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** How long ago something was: `less than an hour old`, `1 hour old`, `47 hours old`, `4 days old`. */
export function formatAge(ageMs: number): string {
  const hours = Math.floor(ageMs / 3_600_000);
  if (hours < 1) return 'less than an hour old';
  return `${hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day')} old`;
}
