import { parseInstant } from './instant';

test.each([
  ['2019-01-01', '2019-01-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2019-01-01T08:30:00Z', '2019-01-01T08:30:00.000Z'],
  ['2019-01-01T00:30:00.5+02:00', '2018-12-31T22:30:00.500Z'],
])('%s is %s', (text, instant) => {
  expect(parseInstant(text)).toBe(instant);
});

test.each([
  '',
  '2019',
  '2019-1-1',
  '2019-02-30',
  '2019-01-01T08:30:00',
  '01/02/2019',
  '1546300800',
  '2019-01-01T25:00:00Z',
])('%j is not a valid date', (text) => {
  expect(() => parseInstant(text)).toThrow(/is not a valid date: write it like/);
});
