import { parseByteSize } from './byte-size';

test.each([
  ['1B', 1],
  ['10KiB', 10_240],
  ['10 KiB', 10_240],
  ['1.5GiB', 1_610_612_736],
  [' 40000GiB ', 42_949_672_960_000],
  ['1TiB', 2 ** 40],
])('%j are %d bytes', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each([
  '',
  '10',
  '10KB',
  '10kib',
  '-1KiB',
  '1.5B',
  '1e3B',
  'KiB',
  '1  KiB',
  '1KiB2',
  '99999999TiB',
  '1constructor',
])('%j is no size', (text) => {
  expect(parseByteSize(text)).toBeNull();
});
