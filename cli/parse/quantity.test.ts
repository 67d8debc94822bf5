import { parsePort, parseSizeBytes, parseWholeNumber } from './quantity';

test('whole numbers within their limits', () => {
  expect(parseWholeNumber('4', 0, 64, 'number of processes')).toBe(4);
  for (const bad of ['', '-1', '1.5', '65', '0x10', ' 1', '1e1', '99999999999']) {
    expect(() => parseWholeNumber(bad, 0, 64, 'number of processes')).toThrow(
      'is not a valid number of processes: use a whole number from 0 to 64',
    );
  }
});

test('ports', () => {
  expect([parsePort('0'), parsePort('65535')]).toEqual([0, 65_535]);
  expect(() => parsePort('65536')).toThrow('"65536" is not a valid port');
});

test.each([
  ['1', 1],
  ['4096B', 4_096],
  ['1K', 2 ** 10],
  ['10M', 10 * 2 ** 20],
  ['3GiB', 3 * 2 ** 30],
  ['2tb', 2 * 2 ** 40],
  ['1.5TiB', 1.5 * 2 ** 40],
  ['0.5K', 512],
  ['7PiB', 7 * 2 ** 50],
])('%s is %i bytes', (text, sizeBytes) => {
  expect(parseSizeBytes(text, 'size')).toBe(sizeBytes);
});

test.each(['', '0', '-1', 'K', '1.5.5K', '1 K', '1KK', '1iB', '1E', '0x10', '8P', '99999999999999999'])(
  '%j is not a valid size',
  (text) => {
    expect(() => parseSizeBytes(text, 'least size')).toThrow(/is not a valid least size: write it like/);
  },
);
