import { safeText } from '../text/format';
import { usageError } from '../exit-codes';

/** @throws CliError with the usage code unless `text` is a whole number from `least` to `most` */
export function parseWholeNumber(text: string, least: number, most: number, what: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usageError(`"${safeText(text)}" is not a valid ${what}: use a whole number from ${least} to ${most}`);
}

/** A TCP port; 0 lets the system choose a free one. */
export const parsePort = (text: string): number => parseWholeNumber(text, 0, 65_535, 'port');

const SIZE = /^(\d{1,16}(?:\.\d{1,6})?)(?:([KMGTP])(?:iB|B)?|B)?$/i;
const UNITS = 'KMGTP';

/**
 * `4096`, `10M`, `1.5GiB`, `2TB` in bytes, a whole number from 1 that is safe. Units are powers of 1,024 however they are
 * written; half a byte is rounded up.
 * @param what how the value is called in the sentence, `size`
 * @throws CliError with the usage code
 */
export function parseSizeBytes(text: string, what: string): number {
  const [, number, unit = ''] = SIZE.exec(text) ?? [];
  const exponent = unit === '' ? 0 : UNITS.indexOf(unit.toUpperCase()) + 1;
  const sizeBytes = Math.round(Number(number) * 1024 ** exponent);
  if (sizeBytes >= 1 && sizeBytes <= Number.MAX_SAFE_INTEGER) return sizeBytes;
  throw usageError(
    `"${safeText(text)}" is not a valid ${what}: write it like 4096, 10M, 1.5GiB or 2T (powers of 1,024), below 8P`,
  );
}
