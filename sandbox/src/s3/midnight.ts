export const DAY_MS = 24 * 60 * 60 * 1000;

/** The first midnight UTC at or after a time: S3 rounds deadlines in days up to it. */
export const midnightFrom = (ms: number): number => Math.ceil(ms / DAY_MS) * DAY_MS;
