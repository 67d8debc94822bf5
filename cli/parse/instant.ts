import { z } from 'zod';
import { usageError } from '../exit-codes';
import { safeText } from '../text/format';

/** A local time without an offset would be ambiguous. */
const instant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/**
 * `2019-01-01` (the beginning of that day in UTC), `2019-01-01T08:30:00Z` or `2019-01-01T08:30:00+02:00`.
 * @returns the instant as ISO 8601 in UTC
 * @throws CliError with the usage code
 */
export function parseInstant(text: string): string {
  if (instant.safeParse(text).success) return new Date(text).toISOString();
  throw usageError(
    `"${safeText(text)}" is not a valid date: write it like 2019-01-31 or, with a time zone, 2019-01-31T08:30:00Z`,
  );
}
