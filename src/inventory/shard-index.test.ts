import { shardIndex } from './shards';

test('each shard begins where the one before ends', () => {
  const shard = (number: number, archives: number) => ({ shard: number, path: '', archives, bytes: '7' });
  expect(shardIndex([shard(0, 10), shard(1, 3), shard(2, 5)])).toEqual([
    { shard: 0, firstIndex: 0, archives: 10, bytes: '7' },
    { shard: 1, firstIndex: 10, archives: 3, bytes: '7' },
    { shard: 2, firstIndex: 13, archives: 5, bytes: '7' },
  ]);
});
