import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { archives, inventory, lines, listed, prepare } from '../../test/support/inventory';
import type { ArchiveRow } from '../wire/inventory';
import { shardIndex } from './shards';

test('each shard begins where the one before ends', () => {
  const shard = (number: number, archives: number) => ({ shard: number, path: '', archives, bytes: '7' });
  expect(shardIndex([shard(0, 10), shard(1, 3), shard(2, 5)])).toEqual([
    { shard: 0, firstIndex: 0, archives: 10, bytes: '7' },
    { shard: 1, firstIndex: 10, archives: 3, bytes: '7' },
    { shard: 2, firstIndex: 13, archives: 5, bytes: '7' },
  ]);
});

let workDir: string;
beforeEach(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'prepare-'));
});
afterEach(async () => {
  await rm(workDir, { recursive: true, force: true });
});

describe('shards', () => {
  it('are closed at the most archives, and add up', async () => {
    const rows = Array.from({ length: 25 }, (_, row) => listed(`id${row}`));
    const prepared = await prepare(workDir, inventory(rows), { shardArchives: 10 });
    expect(prepared.shards.map(({ shard, archives, bytes }) => [shard, archives, bytes])).toEqual([
      [0, 10, '100'],
      [1, 10, '100'],
      [2, 5, '50'],
    ]);
    const second = await lines<ArchiveRow>(prepared.shards[1]?.path ?? '');
    expect(second.map(({ index }) => index)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it('are closed at 4 TiB', async () => {
    const tebibyte = 2 ** 40;
    const rows = [3, 1, 1, 30, 1].map((size, row) => listed(`id${row}`, { Size: size * tebibyte }));
    const prepared = await prepare(workDir, inventory(rows));
    expect(prepared.shards.map(({ archives }) => archives)).toEqual([2, 1, 1, 1]);
    expect(prepared.total.bytes).toBe(String(36n * 2n ** 40n));
  });

  it('are closed at 200 archives with a workflow of their own', async () => {
    const rows = Array.from({ length: 401 }, (_, row) => listed(`id${row}`, { Size: 100 }));
    const prepared = await prepare(workDir, inventory(rows), { largeArchiveBytes: 100 });
    expect(prepared.shards.map(({ archives }) => archives)).toEqual([200, 200, 1]);
  });

  it.each([
    [3, [true, true, true]],
    [2, [false, true, false]],
  ])('give each archive a workflow of its own in a run of up to %i', async (ownWorkflowUpTo, own) => {
    const rows = [listed('a'), listed('b', { Size: 100 }), listed('c')];
    const prepared = await prepare(workDir, inventory(rows), { ownWorkflowUpTo, largeArchiveBytes: 100 });
    expect((await archives(prepared)).map((row) => row.ownWorkflow)).toEqual(own);
  });

  it('count more bytes than a safe number holds', async () => {
    const rows = Array.from({ length: 300 }, (_, row) => listed(`id${row}`, { Size: 40_000 * 2 ** 30 - 1 }));
    const prepared = await prepare(workDir, inventory(rows));
    expect(prepared.shards.length).toBe(300);
    expect(prepared.total.bytes).toBe(String(300n * (40_000n * 2n ** 30n - 1n)));
  });
});
