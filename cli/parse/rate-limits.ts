import { MOST_REQUESTS_PER_SECOND } from '../../src/domain/rate-limits';
import { usageError } from '../exit-codes';
import { safeText } from '../text/format';
import { parseSizeBytes } from './quantity';

/** `20TiB` as `bytesPerDay` of a request. @throws CliError with the usage code */
export const parseBytesPerDay = (text: string): string => String(parseSizeBytes(text, 'number of bytes'));

/** Above 0, at most 10,000; `0.5` is one request in two seconds. @throws CliError with the usage code */
export function parseRequestsPerSecond(text: string): number {
  const value = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= MOST_REQUESTS_PER_SECOND) return value;
  throw usageError(
    `"${safeText(text)}" is not a valid number of requests per second: use a number above 0, at most ${MOST_REQUESTS_PER_SECOND}`,
  );
}
