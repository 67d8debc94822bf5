import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import type { ArchiveRow } from '../wire/inventory';
import { InventoryError } from './inventory-error';
import { type PreparedFiles, type PrepareInput, prepareInventory } from './prepare';

interface Listed {
  readonly ArchiveId: string;
  readonly ArchiveDescription: string;
  readonly CreationDate: string;
  readonly Size: number;
  readonly SHA256TreeHash: string;
}

const listed = (id: string, fields: Partial<Listed> = {}): Listed => ({
  ArchiveId: id,
  ArchiveDescription: `${id}.txt`,
  CreationDate: '2023-08-15T13:28:01Z',
  Size: 10,
  SHA256TreeHash: 'ab'.repeat(32),
  ...fields,
});

const VAULT_ARN = 'arn:aws:glacier:us-east-1:123456789012:vaults/photos';
const inventory = (rows: readonly unknown[]): string =>
  JSON.stringify({ VaultARN: VAULT_ARN, InventoryDate: '2026-05-12T14:19:01Z', ArchiveList: rows });

let workDir: string;
beforeEach(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'prepare-'));
});
afterEach(async () => {
  await rm(workDir, { recursive: true, force: true });
});

const prepare = (content: string | Buffer, settings: Partial<PrepareInput> = {}): Promise<PreparedFiles> =>
  prepareInventory({
    source: Readable.from([content]),
    workDir,
    keyPrefix: '',
    largeArchiveBytes: 64 * 2 ** 20,
    ownWorkflowUpTo: 0,
    shardArchives: 5000,
    ...settings,
  });

async function lines<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

async function archives(prepared: PreparedFiles): Promise<ArchiveRow[]> {
  const shards = await Promise.all(prepared.shards.map((shard) => lines<ArchiveRow>(shard.path)));
  return shards.flat();
}

const keysById = async (prepared: PreparedFiles): Promise<Record<string, string>> =>
  Object.fromEntries((await archives(prepared)).map(({ archiveId, key }) => [archiveId, key]));

describe('preparing an inventory', () => {
  it('writes every field, in order of creation, then of id', async () => {
    const prepared = await prepare(
      inventory([
        listed('late', { CreationDate: '2023-08-15T13:28:02Z' }),
        listed('b'),
        listed('a', { ArchiveDescription: ' ä "quoted"\u0000/\\\\x ', SHA256TreeHash: 'AB'.repeat(32) }),
        listed('early', { CreationDate: '2023-08-15T13:28:00.999Z', Size: 40_000 * 2 ** 30 }),
      ]),
      { keyPrefix: 'in/' },
    );
    const rows = await archives(prepared);
    expect(rows.map(({ index, archiveId }) => [index, archiveId])).toEqual([
      [0, 'early'],
      [1, 'a'],
      [2, 'b'],
      [3, 'late'],
    ]);
    expect(rows[1]).toEqual({
      index: 1,
      archiveId: 'a',
      sizeBytes: 10,
      treeHash: 'ab'.repeat(32),
      creationDate: '2023-08-15T13:28:01Z',
      description: ' ä "quoted"\u0000/\\\\x ',
      key: 'in/ä "quoted"_/x',
      nameFormat: 'plain',
      own: false,
    });
    expect(rows[0]).toMatchObject({ sizeBytes: 42_949_672_960_000, own: true });
    expect(prepared).toMatchObject({
      vaultArn: VAULT_ARN,
      inventoryDate: '2026-05-12T14:19:01Z',
      quarantinePath: null,
      quarantinedRows: 0,
      total: { archives: 4, bytes: '42949672960030' },
    });
  });

  it('gives the same files again, from gzip too', async () => {
    const rows = Array.from({ length: 300 }, (_, row) =>
      listed(`id${row % 299}`, { ArchiveDescription: `n${row % 7}` }),
    );
    const first = await archives(await prepare(inventory(rows)));
    expect(await archives(await prepare(gzipSync(inventory(rows))))).toEqual(first);
    expect(await archives(await prepare(inventory(rows.slice(0, 299).toReversed())))).toEqual(first);
  });

  it('makes nothing of an empty inventory', async () => {
    const prepared = await prepare(inventory([]));
    expect(prepared.shards).toEqual([]);
    expect(prepared.total).toEqual({ archives: 0, bytes: '0' });
  });

  it('leaves nothing but its results', async () => {
    await prepare(inventory([listed('a'), 'bad']));
    expect((await readdir(workDir)).toSorted()).toEqual(['catalogue.parquet', 'quarantine.jsonl', 'shards']);
  });

  it('writes a catalogue that people can query', async () => {
    const prepared = await prepare(inventory([listed('b'), listed('a', { ArchiveDescription: 'b.txt' })]));
    const connection = await (await DuckDBInstance.create()).connect();
    const result = await connection.runAndReadAll(
      `SELECT "index", archive_id, key, created_at::VARCHAR AS created FROM '${prepared.cataloguePath}'`,
    );
    expect(result.getRowObjects()).toEqual([
      { index: 0n, archive_id: 'a', key: 'b.txt', created: '2023-08-15 13:28:01' },
      { index: 1n, archive_id: 'b', key: 'b.txt-2023-08-15T13:28:01Z-2', created: '2023-08-15 13:28:01' },
    ]);
  });

  it('keeps the order over several row groups of the catalogue', async () => {
    const count = 130_000;
    const rows = Array.from({ length: count }, (_, row) =>
      listed(`id${row}`, { CreationDate: new Date(1.4e12 + ((row * 7919) % count) * 1000).toISOString() }),
    );
    const found = await archives(await prepare(inventory(rows)));
    expect(found.length).toBe(count);
    expect(found.every((row, position) => row.index === position)).toBe(true);
    const dates = found.map((row) => row.creationDate);
    expect(dates.every((date, position) => position === 0 || (dates[position - 1] ?? '') < date)).toBe(true);
  }, 60_000);
});

describe('unique keys', () => {
  it('follow creation, then id', async () => {
    const same = { ArchiveDescription: 'duplication.txt' };
    const prepared = await prepare(
      inventory([
        listed('c', { ...same, CreationDate: '2023-08-15T13:28:01' }),
        listed('b', same),
        listed('a', { ...same, CreationDate: '2023-08-15T13:28:02Z' }),
        listed('z', { ...same, CreationDate: '2022-01-01T00:00:00Z' }),
      ]),
    );
    expect(await keysById(prepared)).toEqual({
      z: 'duplication.txt',
      b: 'duplication.txt-2023-08-15T13:28:01Z-2',
      c: 'duplication.txt-2023-08-15T13:28:01-3',
      a: 'duplication.txt-2023-08-15T13:28:02Z-4',
    });
  });

  it('move on where another archive bears the new name, again and again', async () => {
    const date = '2023-08-15T13:28:01Z';
    const prepared = await prepare(
      inventory([
        listed('1', { ArchiveDescription: 'a' }),
        listed('2', { ArchiveDescription: 'a' }),
        listed('3', { ArchiveDescription: `a-${date}-2` }),
        listed('4', { ArchiveDescription: `a-${date}-4` }),
        listed('5', { ArchiveDescription: `a-${date}-4` }),
      ]),
    );
    expect(await keysById(prepared)).toEqual({
      '1': 'a',
      '2': `a-${date}-6`,
      '3': `a-${date}-2`,
      '4': `a-${date}-4`,
      '5': `a-${date}-4-${date}-2`,
    });
  });

  it('tell composed from decomposed, and upper from lower case', async () => {
    const prepared = await prepare(
      inventory(['\u00e9', 'e\u0301', 'E', 'e'].map((name, row) => listed(`id${row}`, { ArchiveDescription: name }))),
    );
    expect(Object.values(await keysById(prepared)).toSorted()).toEqual(['E', 'e', 'e\u0301', '\u00e9']);
  });

  it('give each archive a key of its own, whatever the names', async () => {
    const date = fc.constantFrom('2023-08-15T13:28:01Z', '2023-08-15T13:28:01.5Z', '2023-08-15T13:28:01');
    const name = fc.tuple(
      fc.constantFrom('a', 'a/b', ''),
      fc.array(fc.tuple(date, fc.integer({ min: 2, max: 5 })), { maxLength: 2 }),
    );
    const row = fc.record({
      description: name.map(([stem, suffixes]) => stem + suffixes.map(([date, n]) => `-${date}-${n}`).join('')),
      date,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const listing = rows.map(({ description, date }, position) =>
          listed(`id${position}`, { ArchiveDescription: description, CreationDate: date }),
        );
        const keys = (await archives(await prepare(inventory(listing)))).map(({ key }) => key);
        expect(keys.length).toBe(rows.length);
        expect(new Set(keys).size).toBe(rows.length);
      }),
      { numRuns: 25 },
    );
  });
});

describe('quarantine', () => {
  it('takes bad rows, with number, reason and text, and the run goes on', async () => {
    const prepared = await prepare(
      inventory([
        listed('a'),
        listed('b', { Size: -1 }),
        'no row',
        listed('a', { Size: 11 }),
        listed('c', { SHA256TreeHash: 'x'.repeat(10_000) }),
        listed('d'),
        listed('a'),
      ]),
    );
    expect((await archives(prepared)).map(({ archiveId, sizeBytes }) => [archiveId, sizeBytes])).toEqual([
      ['a', 10],
      ['d', 10],
    ]);
    expect(prepared.quarantinedRows).toBe(5);
    const rows = await lines<{ row: number; reason: string; raw: string }>(prepared.quarantinePath ?? '');
    expect(rows.map(({ row, reason }) => [row, reason.split(' ')[0], reason.includes('earlier row')])).toEqual([
      [2, 'Size', false],
      [3, 'The', false],
      [5, 'SHA256TreeHash', false],
      [4, 'ArchiveId', true],
      [7, 'ArchiveId', true],
    ]);
    expect(JSON.parse(rows[0]?.raw ?? '')).toEqual(listed('b', { Size: -1 }));
    expect(JSON.parse(rows[3]?.raw ?? '')).toEqual(listed('a', { Size: 11 }));
    expect(rows[2]?.raw.length).toBe(4096);
  });

  it('survives a row nested deeper than JSON.stringify can follow', async () => {
    const deep = `{"ArchiveList":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`;
    const prepared = await prepare(deep);
    const rows = await lines<{ raw: string }>(prepared.quarantinePath ?? '');
    expect(rows).toEqual([
      { row: 1, reason: 'The row is no object.', raw: expect.stringContaining('cannot be shown') },
    ]);
  });
});

describe('shards', () => {
  it('are closed at the most archives, and add up', async () => {
    const rows = Array.from({ length: 25 }, (_, row) => listed(`id${row}`));
    const prepared = await prepare(inventory(rows), { shardArchives: 10 });
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
    const prepared = await prepare(inventory(rows));
    expect(prepared.shards.map(({ archives }) => archives)).toEqual([2, 1, 1, 1]);
    expect(prepared.total.bytes).toBe(String(36n * 2n ** 40n));
  });

  it('are closed at 500 archives with a workflow of their own', async () => {
    const rows = Array.from({ length: 1001 }, (_, row) => listed(`id${row}`, { Size: 100 }));
    const prepared = await prepare(inventory(rows), { largeArchiveBytes: 100 });
    expect(prepared.shards.map(({ archives }) => archives)).toEqual([500, 500, 1]);
  });

  it.each([
    [3, [true, true, true]],
    [2, [false, true, false]],
  ])('give each archive a workflow of its own in a run of up to %i', async (ownWorkflowUpTo, own) => {
    const rows = [listed('a'), listed('b', { Size: 100 }), listed('c')];
    const prepared = await prepare(inventory(rows), { ownWorkflowUpTo, largeArchiveBytes: 100 });
    expect((await archives(prepared)).map((row) => row.own)).toEqual(own);
  });

  it('count more bytes than a safe number holds', async () => {
    const rows = Array.from({ length: 300 }, (_, row) => listed(`id${row}`, { Size: 40_000 * 2 ** 30 - 1 }));
    const prepared = await prepare(inventory(rows));
    expect(prepared.shards.length).toBe(300);
    expect(prepared.total.bytes).toBe(String(300n * (40_000n * 2n ** 30n - 1n)));
  });
});

describe('failing', () => {
  it('cleans up after an unusable inventory', async () => {
    await expect(prepare('{"ArchiveList":[{},')).rejects.toThrow(InventoryError);
    expect(existsSync(path.join(workDir, 'catalogue'))).toBe(false);
  });

  it('refuses an unusable prefix before anything is read', async () => {
    await expect(prepare(inventory([]), { keyPrefix: '.glacier-transfer/x' })).rejects.toThrow(RangeError);
  });

  it('stops when told to, with the reason of the signal', async () => {
    const controller = new AbortController();
    const preparing = prepare(inventory([listed('a')]), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('cancelled by test')),
    });
    await expect(preparing).rejects.toThrow('cancelled by test');
    expect(await readdir(workDir)).toEqual([]);
  });

  it('reports the rows read', async () => {
    const seen: number[] = [];
    await prepare(inventory([listed('a'), 'bad', listed('b')]), { onProgress: (rows) => void seen.push(rows) });
    expect(seen.at(-1)).toBe(3);
  });
});
