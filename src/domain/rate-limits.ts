/** 100 TiB: the limit that AWS asks for. */
export const DEFAULT_BYTES_PER_DAY = String(100 * 2 ** 40);
/** The rate of AWS's own transfer solution; Glacier publishes no limit. */
export const DEFAULT_REQUESTS_PER_SECOND = 100;
export const MOST_REQUESTS_PER_SECOND = 10_000;

export const BYTES_PER_DAY = /^[1-9]\d{0,20}$/;
export const BYTES_PER_DAY_RULE = 'bytes per day are a decimal string of a positive whole number';

/** Why a partial RateLimits is invalid, one sentence; null if it is valid. The input is unchecked. */
export function rateLimitProblem(limits: unknown): string | null {
  const { bytesPerDay, requestsPerSecond, ...others } = (limits ?? {}) as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0) return `rate limits have no ${Object.keys(others).join(', ')}`;
  if (bytesPerDay === undefined && requestsPerSecond === undefined) return 'the new rate limits are empty';
  if (bytesPerDay !== undefined && !(typeof bytesPerDay === 'string' && BYTES_PER_DAY.test(bytesPerDay)))
    return BYTES_PER_DAY_RULE;
  if (requestsPerSecond === undefined) return null;
  const perSecond = typeof requestsPerSecond === 'number' ? requestsPerSecond : 0;
  return perSecond > 0 && perSecond <= MOST_REQUESTS_PER_SECOND
    ? null
    : `requests per second are a number above 0, at most ${MOST_REQUESTS_PER_SECOND}`;
}
