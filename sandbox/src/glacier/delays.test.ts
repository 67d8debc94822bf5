import { awsDelays, fixedDelays } from './delays';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test.each([
  ['expedited', MINUTE_MS, 5 * MINUTE_MS],
  ['standard', 3 * HOUR_MS, 5 * HOUR_MS],
  ['bulk', 5 * HOUR_MS, 12 * HOUR_MS],
  ['inventory', 3.5 * HOUR_MS, 5 * HOUR_MS],
] as const)('the delays of %s cover the range of AWS', (kind, shortest, longest) => {
  const delays = awsDelays(7);
  const drawn = Array.from({ length: 2000 }, (_, sequence) => delays(kind, sequence));
  const [least, most] = [Math.min(...drawn), Math.max(...drawn)];
  const mean = drawn.reduce((sum, delayMs) => sum + delayMs, 0) / drawn.length;
  const width = longest - shortest;
  expect(least).toBeGreaterThanOrEqual(shortest);
  expect(least).toBeLessThan(shortest + width / 10);
  expect(most).toBeLessThanOrEqual(longest);
  expect(most).toBeGreaterThan(longest - width / 10);
  expect(Math.abs(mean - (shortest + longest) / 2)).toBeLessThan(width / 50);
});

test('a delay follows from the seed and the sequence of the job', () => {
  const drawn = [1, 2, 3].map((sequence) => awsDelays(7)('bulk', sequence));
  expect(drawn).toEqual([1, 2, 3].map((sequence) => awsDelays(7)('bulk', sequence)));
  expect(drawn).not.toEqual([1, 2, 3].map((sequence) => awsDelays(8)('bulk', sequence)));
  expect(new Set(drawn).size).toBe(3);
});

test('fixed delays are used as given', () => {
  const delays = fixedDelays({ bulk: 1, standard: 2, expedited: 3, inventory: 4 });
  expect([delays('bulk', 1), delays('standard', 2), delays('expedited', 3), delays('inventory', 9)]).toEqual([
    1, 2, 3, 4,
  ]);
});
