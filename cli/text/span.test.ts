import { formatInstants, formatSpan } from './format';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [5 * HOUR, 12 * HOUR, '5 to 12 hours'],
  [MINUTE, 5 * MINUTE, '1 to 5 minutes'],
  [0, 12 * HOUR, 'up to 12 hours'],
  [50_000, 50_000, 'about 50 seconds'],
  [DAY, DAY, 'about 24 hours'],
  [2.6 * DAY, 3.4 * DAY, 'about 3 days'],
  [2.4 * DAY, 2.6 * DAY, '2 to 3 days'],
  [100 * DAY, 365_000 * DAY, '100 to 365,000 days'],
])('%i to %i ms are %s', (leastMs, mostMs, text) => {
  expect(formatSpan(leastMs, mostMs)).toBe(text);
});

test.each([
  [5 * HOUR, 12 * HOUR, '2026-11-23 15:00 to 22:00 UTC'],
  [5 * HOUR, 17 * HOUR, '2026-11-23 15:00 to 2026-11-24 03:00 UTC'],
  [50_000, 55_000, '2026-11-23 10:00 UTC'],
  [2 * DAY, 3 * DAY, '25 to 26 November 2026'],
  [DAY / 2, 9 * DAY, '23 November to 2 December 2026'],
  [30 * DAY, 60 * DAY, '23 December 2026 to 22 January 2027'],
  [3 * DAY, 3 * DAY, '26 November 2026'],
  [365_000 * DAY, 365_000 * DAY, '26 March 3026'],
])('in %i and in %i ms are %s', (earliestMs, latestMs, text) => {
  const now = new Date('2026-11-23T10:00:00Z');
  const after = (ms: number): Date => new Date(now.getTime() + ms);
  expect(formatInstants(after(earliestMs), after(latestMs), now)).toBe(text);
});
