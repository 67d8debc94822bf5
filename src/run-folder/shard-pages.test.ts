import { ARCHIVE } from '../../test/support/samples';
import type { ArchiveRow, ShardIndexRow } from '../wire/inventory';
import { pagesByShard, shardOf } from './shard-pages';

const SHARDS: readonly ShardIndexRow[] = [
  { shard: 0, firstIndex: 0, archives: 3, bytes: '3' },
  { shard: 1, firstIndex: 3, archives: 1, bytes: '1' },
  { shard: 2, firstIndex: 4, archives: 6, bytes: '6' },
];

const rows = (from: number, length: number): readonly ArchiveRow[] =>
  Array.from({ length }, (_, offset) => ({ ...ARCHIVE, index: from + offset }));

const cut = (from: number, length: number, most: number): readonly string[] =>
  pagesByShard(SHARDS, rows(from, length), most).map(
    ({ shard, rows: page }) => `${shard}: ${page.map(({ index }) => index).join(' ')}`,
  );

test.each([
  [0, '0'],
  [2, '0'],
  [3, '1'],
  [4, '2'],
  [9, '2'],
])('archive %i is in shard %s', (index, shard) => {
  expect(String(shardOf(SHARDS, index).shard)).toBe(shard);
});

test('an archive outside all shards is an error', () => {
  expect(() => shardOf(SHARDS, 10)).toThrow('No shard holds archive 10.');
  expect(() => shardOf([], 0)).toThrow(RangeError);
});

test('pages of archives end with their shard and respect the limit', () => {
  expect(cut(0, 10, 100)).toEqual(['0: 0 1 2', '1: 3', '2: 4 5 6 7 8 9']);
  expect(cut(1, 7, 2)).toEqual(['0: 1 2', '1: 3', '2: 4 5', '2: 6 7']);
  expect(cut(5, 1, 2)).toEqual(['2: 5']);
  expect(pagesByShard(SHARDS, [], 2)).toEqual([]);
});
