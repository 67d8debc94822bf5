import { TokenBucket, FIRST_IN_FLIGHT_BYTES } from './admission';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TIB = 2 ** 40;
const PACE = { bytesPerDay: String(288 * TIB), requestsPerSecond: 100 };

test('tokens refill at the bytes per day, up to a burst of five minutes at a time', () => {
  const admission = new TokenBucket(PACE, 0);
  expect(admission.affordableBytes(0)).toBe(TIB);
  admission.charge(TIB, 0);
  expect(admission.affordableAtMs(TIB)).toBe(DAY_MS / 288);
  expect(admission.affordableBytes(DAY_MS / 288)).toBe(TIB);
  // Unused tokens accumulate for a quarter of an hour, and no longer.
  expect(admission.affordableBytes(DAY_MS)).toBe(3 * TIB);
});

test('an archive larger than a burst is paid off before the next one', () => {
  const admission = new TokenBucket(PACE, 0);
  admission.charge(73 * TIB, 0);
  expect(admission.affordableAtMs(1)).toBeGreaterThan(DAY_MS / 4);
  expect(admission.affordableBytes(DAY_MS / 4)).toBeLessThanOrEqual(0);
  expect(admission.admittedBytes).toBe(BigInt(73 * TIB));
});

test('at most the bytes per day are admitted in a day, with any frequency of requests', () => {
  const admission = new TokenBucket(PACE, 0);
  for (let nowMs = 0; nowMs <= DAY_MS; nowMs += 60_000) {
    const bytes = admission.affordableBytes(nowMs);
    if (bytes > 0) admission.charge(bytes, nowMs);
  }
  expect(Number(admission.admittedBytes) / TIB).toBeCloseTo(289, 3);
});

test('a debt is paid off at the new rate limit, and tokens above the new maximum are dropped', () => {
  const debtor = new TokenBucket(PACE, 0);
  debtor.charge(2 * TIB, 0);
  debtor.setRateLimits({ bytesPerDay: String(576 * TIB) }, 0);
  expect(debtor.affordableAtMs(1)).toBeCloseTo(DAY_MS / 576, -1);
  const saver = new TokenBucket(PACE, 0);
  saver.setRateLimits({ bytesPerDay: String(TIB) }, HOUR_MS);
  expect(saver.affordableBytes(HOUR_MS)).toBe(Math.floor(TIB / 96));
  expect(saver.rateLimits).toEqual({ bytesPerDay: String(TIB), requestsPerSecond: 100 });
});

describe('the in-flight limit', () => {
  const gib = (count: number): bigint => BigInt(count) * 2n ** 30n;

  test('grows with what has been downloaded, as long as the workers keep up', () => {
    const admission = new TokenBucket(PACE, 0);
    expect(admission.inFlightLimitBytes(0n)).toBe(FIRST_IN_FLIGHT_BYTES);
    admission.measure(0n, gib(1), 0);
    admission.measure(gib(100), gib(99), HOUR_MS);
    expect(admission.inFlightLimitBytes(gib(100))).toBe(FIRST_IN_FLIGHT_BYTES + 400 * 2 ** 30);
  });

  test('follows the throughput while more than an hour of work is waiting', () => {
    const admission = new TokenBucket(PACE, 0);
    admission.measure(0n, 0n, 0);
    // Within the hour nothing is measured.
    admission.measure(gib(50), gib(5_000), HOUR_MS / 2);
    admission.measure(gib(100), gib(101), HOUR_MS);
    expect(admission.inFlightLimitBytes(gib(100))).toBe(FIRST_IN_FLIGHT_BYTES + 400 * 2 ** 30);
    admission.measure(gib(200), gib(101), 2 * HOUR_MS);
    expect(admission.inFlightLimitBytes(gib(10_000))).toBe(16 * 100 * 2 ** 30);
    admission.measure(gib(300), gib(10), 3 * HOUR_MS);
    expect(admission.inFlightLimitBytes(gib(300))).toBe(FIRST_IN_FLIGHT_BYTES + 1_200 * 2 ** 30);
  });

  test('never falls below its initial value, even if no worker downloads anything', () => {
    const admission = new TokenBucket(PACE, 0);
    admission.measure(gib(100), gib(900), 0);
    admission.measure(gib(100), gib(900), HOUR_MS);
    expect(admission.inFlightLimitBytes(gib(100))).toBe(FIRST_IN_FLIGHT_BYTES);
  });
});
