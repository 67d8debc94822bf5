import { parseBytesPerDay, parseRequestsPerSecond } from './rate-limits';

test('bytes per day are a decimal string', () => {
  expect(parseBytesPerDay('20TiB')).toBe('21990232555520');
  expect(() => parseBytesPerDay('0')).toThrow('"0" is not a valid number of bytes: ');
});

test('requests per second', () => {
  expect(['0.5', '50', '10000'].map(parseRequestsPerSecond)).toEqual([0.5, 50, 10_000]);
  for (const bad of ['', '0', '-1', '10001', '1e3', '.5', ' 1']) {
    expect(() => parseRequestsPerSecond(bad)).toThrow('is not a valid number of requests per second');
  }
});
