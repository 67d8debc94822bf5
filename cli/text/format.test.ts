import {
  counted,
  formatAge,
  formatBytes,
  formatDuration,
  formatInstant,
  formatPercent,
  safeText,
  formatInstants,
  formatSpan,
} from './format';
import * as fc from 'fast-check';
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

test.each([
  ['plain name.txt', 'plain name.txt'],
  ['Größe 写真 🙂', 'Größe 写真 🙂'],
  ['\u001b[31mred\u001b[0m', '\uFFFD[31mred\uFFFD[0m'],
  ['title \u009d0;x\u0007', 'title \uFFFD0;x\uFFFD'],
  ['two\r\nlines', 'two\uFFFD\uFFFDlines'],
  ['invoice\u202Efdp.exe', 'invoice\uFFFDfdp.exe'],
  ['lone \ud800 surrogate', 'lone \uFFFD surrogate'],
])('%j is shown as %j', (untrusted, shown) => {
  expect(safeText(untrusted)).toBe(shown);
});

test('safeText leaves no terminal control characters in any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(safeText(text)).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

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
