import { RetrievalMeter } from './retrieval-meter';

const MINUTE_MS = 60_000;

test('retrieved bytes are summed from a given minute', () => {
  const meter = new RetrievalMeter();
  meter.add(0, 1);
  meter.add(10 * MINUTE_MS, 2);
  meter.add(10 * MINUTE_MS + 59_999, 4);
  meter.add(11 * MINUTE_MS, 8);
  expect([0, 1, 10, 11, 12].map((minute) => meter.bytesSince(minute * MINUTE_MS))).toEqual([15, 14, 14, 8, 0]);
});

test('retrievals older than a day are forgotten', () => {
  const meter = new RetrievalMeter();
  meter.add(0, 1);
  meter.add(24 * 60 * MINUTE_MS, 2);
  expect(meter.bytesSince(0)).toBe(3);
  meter.add(24 * 60 * MINUTE_MS + MINUTE_MS, 4);
  expect(meter.bytesSince(0)).toBe(6);
});
