import * as fc from 'fast-check';
import { AdaptiveRate } from './adaptive-rate';

/** A rate with its own clock, and requests sent as soon as it allows. */
function simulate() {
  let nowMs = 1_000_000;
  const rate = new AdaptiveRate(() => nowMs);
  return {
    rate,
    pass: (ms: number) => (nowMs += ms),
    /** Sends for this long; returns the number of requests sent. */
    send: (forMs: number, isThrottled: boolean): number => {
      const endMs = nowMs + forMs;
      let sent = 0;
      while (nowMs < endMs) {
        const waitMs = rate.take();
        nowMs += waitMs;
        if (waitMs > 0) continue;
        sent += 1;
        if (isThrottled) rate.throttled();
        else rate.succeeded();
      }
      return sent;
    },
  };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test('the rate is 100 requests per second until AWS throttles', () => {
  const { rate, send } = simulate();
  expect(rate.throttle).toBeNull();
  const sent = send(MINUTE_MS, false);
  expect(sent).toBeGreaterThan(5_900);
  expect(sent).toBeLessThan(6_100);
});

test('throttling within a second halves the rate once, the next bout halves it again', () => {
  const { rate, pass } = simulate();
  for (let answer = 0; answer < 10; answer += 1) rate.throttled();
  expect(rate.throttle).toEqual({ requestsPerSecond: 50 });
  pass(1_000);
  rate.throttled();
  expect(rate.throttle).toEqual({ requestsPerSecond: 25 });
  expect(rate.take()).toBe(40);
});

test('two hours of throttling leave the minimum rate, and ten minutes of success restore the full rate', () => {
  const { rate, send } = simulate();
  const sent = send(2 * HOUR_MS, true);
  expect(rate.requestsPerSecond).toBe(0.2);
  expect(sent).toBeLessThan(2 * 3_600 * 0.25);
  send(10 * MINUTE_MS, false);
  expect(rate.throttle).toBeNull();
});

test('one success after idle hours does not restore the rate', () => {
  const { rate, send, pass } = simulate();
  send(MINUTE_MS, true);
  pass(5 * HOUR_MS);
  rate.succeeded();
  expect(rate.requestsPerSecond).toBeLessThan(6);
});

const event = fc.oneof(
  fc.record({ kind: fc.constant('throttled' as const), afterMs: fc.nat(5_000) }),
  fc.record({ kind: fc.constant('succeeded' as const), afterMs: fc.nat(5_000) }),
  fc.record({ kind: fc.constant('take' as const), afterMs: fc.nat(5_000) }),
);

test('the adaptive rate stays within its bounds, falls only when throttled and always recovers', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 300 }), (events) => {
      const { rate, pass, send } = simulate();
      const wrong: unknown[] = [];
      for (const { kind, afterMs } of events) {
        pass(afterMs);
        const before = rate.requestsPerSecond;
        rate[kind]();
        const after = rate.requestsPerSecond;
        const moved = kind === 'throttled' ? after <= before : after >= before;
        const told = (rate.throttle === null) === (after === 100);
        if (after < 0.2 || after > 100 || !moved || !told) wrong.push({ kind, before, after });
      }
      expect(wrong).toEqual([]);
      send(4 * MINUTE_MS, false);
      expect(rate.throttle).toBeNull();
    }),
    { numRuns: 30 },
  );
});

test('no more requests are sent than the rate allows', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 1_000 }), (pausesMs) => {
      const { rate, pass } = simulate();
      let sent = 0;
      let passedMs = 0;
      for (const pauseMs of pausesMs) {
        pass(pauseMs);
        passedMs += pauseMs;
        while (rate.take() === 0) sent += 1;
      }
      expect(sent).toBeLessThanOrEqual(passedMs / 10 + 10);
    }),
  );
});
