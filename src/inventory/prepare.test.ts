import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { archives, inventory, lines, listed, prepare, VAULT_ARN } from '../../test/support/inventory';
import { InventoryError } from './member';

let workDir: string;
beforeEach(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'prepare-'));
});
afterEach(async () => {
  await rm(workDir, { recursive: true, force: true });
});

describe('preparing an inventory', () => {
  it('writes every field, in order of creation, then of id', async () => {
    const prepared = await prepare(
      workDir,
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
      ownWorkflow: false,
    });
    expect(rows[0]).toMatchObject({ sizeBytes: 42_949_672_960_000, ownWorkflow: true });
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
    const first = await archives(await prepare(workDir, inventory(rows)));
    expect(await archives(await prepare(workDir, gzipSync(inventory(rows))))).toEqual(first);
    expect(await archives(await prepare(workDir, inventory(rows.slice(0, 299).toReversed())))).toEqual(first);
  });

  it('makes nothing of an empty inventory', async () => {
    const prepared = await prepare(workDir, inventory([]));
    expect(prepared.shards).toEqual([]);
    expect(prepared.total).toEqual({ archives: 0, bytes: '0' });
  });

  it('leaves nothing but its results', async () => {
    await prepare(workDir, inventory([listed('a'), 'bad']));
    expect((await readdir(workDir)).toSorted()).toEqual(['catalogue.parquet', 'quarantine.jsonl', 'shards']);
  });

  it('writes a catalogue that people can query', async () => {
    const prepared = await prepare(workDir, inventory([listed('b'), listed('a', { ArchiveDescription: 'b.txt' })]));
    const connection = await (await DuckDBInstance.create()).connect();
    const result = await connection.runAndReadAll(
      `SELECT "index", archive_id, key, created_at::VARCHAR AS created FROM '${prepared.cataloguePath}'`,
    );
    expect(result.getRowObjects()).toEqual([
      { index: 0n, archive_id: 'a', key: 'b.txt', created: '2023-08-15 13:28:01' },
      { index: 1n, archive_id: 'b', key: 'b.txt-2023-08-15T13:28:01Z-2', created: '2023-08-15 13:28:01' },
    ]);
  });

  it('keeps every description as it is, but for halves of characters', async () => {
    const descriptions = [
      '\ufeffx',
      '},{"[\\',
      '\u0000\u0001\u007f',
      '\u2028\r\n\t',
      '😀 \uffff',
      'null',
      'x'.repeat(500_000),
    ];
    const rows = descriptions.map((text, row) => listed(`id${row}`, { ArchiveDescription: text }));
    const half = listed('half', { ArchiveDescription: 'a\ud83d' });
    const found = await archives(await prepare(workDir, inventory([half, ...rows])));
    expect(found.map(({ description }) => description)).toEqual(['a\ufffd', ...descriptions]);
  });

  it('keeps the order over several row groups of the catalogue', async () => {
    // A row group holds 122,880.
    const count = 130_000;
    const rows = Array.from({ length: count }, (_, row) =>
      listed(`id${row}`, { CreationDate: new Date(1.4e12 + ((row * 7919) % count) * 1000).toISOString() }),
    );
    const found = await archives(await prepare(workDir, inventory(rows)));
    expect(found.length).toBe(count);
    expect(found.every((row, position) => row.index === position)).toBe(true);
    const dates = found.map((row) => row.creationDate);
    expect(dates.every((date, position) => position === 0 || (dates[position - 1] ?? '') < date)).toBe(true);
  }, 60_000);
});

describe('quarantine', () => {
  it('takes bad rows, with number, reason and text, and the run goes on', async () => {
    const prepared = await prepare(
      workDir,
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

  it('takes a row with brackets within brackets, but not more than Glacier could ever write', async () => {
    const nested = (depth: number): string => `{"ArchiveList":[${'['.repeat(depth)}${']'.repeat(depth)}]}`;
    const prepared = await prepare(workDir, nested(1_900));
    const rows = await lines<{ raw: string }>(prepared.quarantinePath ?? '');
    expect(rows).toEqual([{ row: 1, reason: 'The row is not an object.', raw: '['.repeat(1_900) + ']'.repeat(1_900) }]);
    await expect(prepare(workDir, nested(100_000))).rejects.toThrow('brackets within brackets, more than 2000 deep');
  });
});

describe('failing', () => {
  it('cleans up after an unusable inventory', async () => {
    await expect(prepare(workDir, '{"ArchiveList":[{},')).rejects.toThrow(InventoryError);
    expect(existsSync(path.join(workDir, 'catalogue'))).toBe(false);
  });

  it('refuses an unusable prefix before anything is read', async () => {
    await expect(prepare(workDir, inventory([]), { keyPrefix: '.glacier-transfer/x' })).rejects.toThrow(RangeError);
  });

  it('stops when told to, with the reason of the signal', async () => {
    const controller = new AbortController();
    const preparing = prepare(workDir, inventory([listed('a')]), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('cancelled by test')),
    });
    await expect(preparing).rejects.toThrow('cancelled by test');
    expect(await readdir(workDir)).toEqual([]);
  });

  it('reports the rows read', async () => {
    const seen: number[] = [];
    await prepare(workDir, inventory([listed('a'), 'bad', listed('b')]), {
      onProgress: (rows) => void seen.push(rows),
    });
    expect(seen.at(-1)).toBe(3);
  });
});
