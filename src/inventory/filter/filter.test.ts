import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { DuckDBInstance } from '@duckdb/node-api';
import { archives, inventory, listed, prepare } from '../../../test/support/inventory';
import type { TransferFilter } from '../../wire/request';
import type { PreparedFiles } from '../prepare';

let workDir: string;
beforeEach(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'filter-'));
});
afterEach(async () => {
  await rm(workDir, { recursive: true, force: true });
});

/** Created in this order, a second apart. */
const LISTED = [
  ['a', '2019/a.jpg', 10],
  ['b', '2019/b.txt', 20],
  ['c', '2020/deep/c.jpg', 30],
  ['-d', 'top.jpg', 40],
  ['e', '2020/.e.jpg', 50],
] as const;
const INVENTORY = inventory(
  LISTED.map(([id, ArchiveDescription, Size], second) =>
    listed(id, { ArchiveDescription, Size, CreationDate: `2020-01-01T00:00:0${second}Z` }),
  ),
);

const select = (filter: TransferFilter, ids: string | null = null): Promise<PreparedFiles> =>
  prepare(workDir, INVENTORY, {
    keyPrefix: 'in/',
    filter,
    openIds: ids === null ? null : async () => Readable.from([ids]),
  });
const idsOf = async (prepared: PreparedFiles): Promise<string> =>
  (await archives(prepared)).map(({ archiveId }) => archiveId).join(' ');

test.each<[TransferFilter, string, number]>([
  [{ include: ['*.jpg'] }, 'a c -d e', 1],
  [{ include: ['2019/*'] }, 'a b', 0],
  [{ include: ['2019/', 'top.*'] }, 'a b -d', 1],
  [{ include: ['/*.jpg'] }, '-d', 0],
  [{ exclude: ['2020/**'] }, 'a b -d', 1],
  [{ include: ['*.jpg'], exclude: ['deep/', '.*'] }, 'a -d', 1],
  [{ fromDate: '2020-01-01T00:00:01Z' }, 'b c -d e', 0],
  [{ toDate: '2020-01-01T00:00:01Z' }, 'a', 0],
  [{ fromDate: '2020-01-01T00:00:01Z', toDate: '2020-01-01T00:00:03Z' }, 'b c', 0],
  [{ minSizeBytes: 20, maxSizeBytes: 40 }, 'b c -d', 0],
  [{ limit: 2 }, 'a b', 0],
  [{ limit: 9 }, 'a b c -d e', 0],
  [{ minSizeBytes: 11, include: ['*.jpg'], limit: 2 }, 'c -d', 0],
])('%j leaves %s', async (filter, ids, gaps) => {
  const prepared = await select(filter);
  const moved = ids.split(' ');
  expect(await idsOf(prepared)).toBe(ids);
  const excluded = LISTED.filter(([id]) => !moved.includes(id));
  const bytes = excluded.reduce((sum, [, , size]) => sum + size, 0);
  expect(prepared).toMatchObject({
    total: { archives: moved.length, bytes: String(150 - bytes) },
    excluded: { archives: excluded.length, bytes: String(bytes) },
    gaps,
  });
});

test('a list of ids: one a line, however the lines end, an id twice or with a dash before it', async () => {
  expect(await idsOf(await select({}, '\uFEFF-d\r\n\r\na\n e \na'))).toBe('a -d e');
});

test('ids that the inventory does not have are told before anything begins, the first of many', async () => {
  const unknown = Array.from({ length: 12 }, (_, line) => `x${line}`);
  const work = select({}, ['a', ...unknown, '# comment', 'a,b'].join('\n'));
  await expect(work).rejects.toMatchObject({
    type: 'InvalidRequest',
    message: expect.stringMatching(
      new RegExp(
        '^list of ids, lines that are not archive ids: 2 \\(line 14, line 15\\); ' +
          'list of ids, archive ids that the inventory does not have: 12 ' +
          '\\(line 2, .*line 11 and 2 more\\)\\. Nothing was requested',
      ),
    ),
  });
});

test('a filter that leaves nothing is refused, but an empty inventory is not the fault of a filter', async () => {
  await expect(select({ include: ['*.png'] })).rejects.toMatchObject({
    type: 'InvalidRequest',
    message: expect.stringContaining('none of the 5 archives passes the filter'),
  });
  expect(await prepare(workDir, inventory([]), { filter: { limit: 1 } })).toMatchObject({ shards: [], gaps: 0 });
});

test('the catalogue has what is left out, without an index, under the key that any run would give it', async () => {
  const rows = ['1', '2', '3'].map((id) => listed(id, { ArchiveDescription: 'same', Size: Number(id) }));
  const prepared = await prepare(workDir, inventory(rows), { filter: { minSizeBytes: 2 } });
  expect((await archives(prepared)).map(({ index, key }) => [index, key])).toEqual([
    [0, 'same-2023-08-15T13:28:01Z-2'],
    [1, 'same-2023-08-15T13:28:01Z-3'],
  ]);
  const connection = await (await DuckDBInstance.create()).connect();
  const result = await connection.runAndReadAll(
    `SELECT "index", archive_id, key, excluded FROM '${prepared.cataloguePath}'`,
  );
  expect(result.getRows()).toEqual([
    [null, '1', 'same', true],
    [0n, '2', 'same-2023-08-15T13:28:01Z-2', false],
    [1n, '3', 'same-2023-08-15T13:28:01Z-3', false],
  ]);
});

test('archives that move are counted where a small run gives each a workflow of its own', async () => {
  const prepared = await prepare(workDir, INVENTORY, { filter: { limit: 2 }, ownWorkflowUpTo: 2 });
  expect((await archives(prepared)).map(({ ownWorkflow }) => ownWorkflow)).toEqual([true, true]);
});
