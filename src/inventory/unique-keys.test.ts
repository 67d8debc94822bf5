import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { propertyRuns } from '../../test/support/property-runs';
import { archives, inventory, listed, prepare } from '../../test/support/inventory';
import type { PreparedFiles } from './prepare';

let workDir: string;
beforeEach(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'prepare-'));
});
afterEach(async () => {
  await rm(workDir, { recursive: true, force: true });
});

const keysById = async (prepared: PreparedFiles): Promise<Record<string, string>> =>
  Object.fromEntries((await archives(prepared)).map(({ archiveId, key }) => [archiveId, key]));

describe('unique keys', () => {
  it('follow creation, then id', async () => {
    const same = { ArchiveDescription: 'duplication.txt' };
    const prepared = await prepare(
      workDir,
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
      workDir,
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

  it('are found in the same number of queries, however long the chain of names that were chosen to be taken', async () => {
    const run = jest.spyOn(DuckDBConnection.prototype, 'run');
    const queriesFor = async (length: number): Promise<number> => {
      const date = '2023-08-15T13:28:01Z';
      const chain = Array.from({ length }, (_, link) =>
        listed(`chain${link}`, { ArchiveDescription: `a-${date}-${2 + 2 * link}` }),
      );
      run.mockClear();
      const same = ['1', '2'].map((id) => listed(id, { ArchiveDescription: 'a' }));
      const keys = await keysById(await prepare(workDir, inventory([...same, ...chain])));
      expect(keys['2']).toBe(`a-${date}-${2 + 2 * length}`);
      expect(new Set(Object.values(keys)).size).toBe(length + 2);
      return run.mock.calls.length;
    };
    expect(await queriesFor(3_000)).toBe(await queriesFor(3));
    run.mockRestore();
  });

  it('tell composed from decomposed, and upper from lower case', async () => {
    const prepared = await prepare(
      workDir,
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
        const keys = (await archives(await prepare(workDir, inventory(listing)))).map(({ key }) => key);
        expect(keys.length).toBe(rows.length);
        expect(new Set(keys).size).toBe(rows.length);
      }),
      { numRuns: propertyRuns(25) },
    );
  }, 60_000);
});
