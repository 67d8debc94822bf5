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
