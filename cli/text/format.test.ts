import { counted, formatAge, formatBytes, formatDuration, formatInstant, formatPercent } from './format';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1_048_575, '1.0 MiB'],
  ['109951162777600', '100.0 TiB'],
  ['10007199254740993', '8.9 PiB'],
  [2n ** 70n, '1024.0 EiB'],
])('%p bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0.0 s'],
  [-5, '0.0 s'],
  [420, '0.4 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h 0 min'],
  [18_120_000, '5 h 2 min'],
  [86_399_000, '1 d 0 h'],
  [788_400_000, '9 d 3 h'],
])('%p ms are %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test('a per cent is never rounded up to the whole', () => {
  expect(formatPercent(999_999, 1_000_000)).toBe('99 %');
  expect(formatPercent('10007199254740993', '10007199254740993')).toBe('100 %');
  expect(formatPercent(0, 0)).toBe('100 %');
});

test('one is singular', () => {
  expect([counted(0, 'archive'), counted(1, 'archive'), counted(1200, 'copy', 'copies')]).toEqual([
    '0 archives',
    '1 archive',
    '1,200 copies',
  ]);
});

test('instants are said in UTC', () => {
  expect(formatInstant('2026-11-23T11:15:00.500+01:00')).toBe('2026-11-23 10:15:00 UTC');
  expect(formatInstant('some day')).toBe('some day');
});

test.each([
  [0, 'less than an hour old'],
  [3_599_999, 'less than an hour old'],
  [3_600_000, '1 hour old'],
  [47 * 3_600_000, '47 hours old'],
  [48 * 3_600_000, '2 days old'],
  [119 * 3_600_000, '4 days old'],
])('what is %p ms old is %s', (ageMs, text) => {
  expect(formatAge(ageMs)).toBe(text);
});
