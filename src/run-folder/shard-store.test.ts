import { startActivityBench, type ActivityBench } from '../../test/support/activity-bench';
import { SETTINGS } from '../../test/support/samples';
import { shardKey } from '../ids';
import type { ArchiveRow } from '../wire/inventory';
import { ShardStore } from './shard-store';

const row = (index: number, archiveId: string): ArchiveRow => ({
  index,
  archiveId,
  sizeBytes: 1,
  treeHash: 'ab',
  creationDate: '2020-01-01T00:00:00Z',
  description: 'a\u2028b',
  key: archiveId,
  nameFormat: 'plain',
  ownWorkflow: false,
});
const ref = (shard: number, startId = 'start-1') => ({ ...SETTINGS, shard, startId });

let bench: ActivityBench;
let store: ShardStore;
let read: number;
const reads = (): number => bench.count('GetObject') - read;
beforeAll(async () => {
  bench = await startActivityBench();
});
beforeEach(() => {
  store = new ShardStore(bench.clients.s3);
  read = bench.count('GetObject');
});
afterAll(() => bench.close());

test('the rows of a shard are read once for concurrent callers and found by index', async () => {
  await bench.putShard(1, [row(500, 'a'), row(501, 'b'), row(502, 'c')]);
  const asked = await Promise.all([store.archives(ref(1), [502, 500]), store.rows(ref(1)), store.rows(ref(1))]);
  expect(asked[0].map(({ archiveId }) => archiveId)).toEqual(['c', 'a']);
  expect(asked[1]).toEqual([row(500, 'a'), row(501, 'b'), row(502, 'c')]);
  expect(reads()).toBe(1);
  for (const index of [499, 503]) {
    await expect(store.archives(ref(1), [index])).rejects.toMatchObject({ type: 'InventoryUnusable' });
  }
});

test('a run started again under its name reads its own shards, not those of the previous run', async () => {
  await bench.putShard(2, [row(0, 'old')]);
  await store.rows(ref(2));
  await bench.putShard(2, [row(0, 'new')]);
  expect((await store.rows(ref(2, 'start-2')))[0]?.archiveId).toBe('new');
});

test('a shard that could not be read is read again on the next call', async () => {
  await expect(store.rows(ref(3))).rejects.toMatchObject({ name: 'NoSuchKey' });
  await bench.putShard(3, [row(0, 'late')]);
  expect(await store.rows(ref(3))).toHaveLength(1);
});

test('only the most recently used shards are cached', async () => {
  for (let shard = 10; shard < 27; shard += 1) {
    await bench.putObject(shardKey(SETTINGS.run, shard), `${JSON.stringify(row(0, String(shard)))}\n`);
    await store.rows(ref(shard));
  }
  const before = reads();
  await store.rows(ref(26));
  expect(reads()).toBe(before);
  await store.rows(ref(10));
  expect(reads()).toBe(before + 1);
});
