import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { propertyRuns } from '../../../test/support/property-runs';
import { archives, inventory, listed, prepare } from '../../../test/support/inventory';

let workDir: string;
beforeEach(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'names-'));
});
afterEach(async () => {
  await rm(workDir, { recursive: true, force: true });
});

const HEADER = 'GlacierArchiveID,FileName';
const DATE = '2023-08-15T13:28:01Z';

/** Key and format of each archive, by its id, when the lines follow the header. */
async function named(rows: readonly unknown[], table: string, settings: object = {}): Promise<Record<string, string>> {
  const openNames = async (): Promise<Readable> => Readable.from([table]);
  const prepared = await prepare(workDir, inventory(rows), { keyPrefix: 'in/', openNames, ...settings });
  return Object.fromEntries(
    (await archives(prepared)).map(({ archiveId, key, nameFormat }) => [archiveId, `${key} ${nameFormat}`]),
  );
}
const table = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');

test('an archive gets exactly the name that it is given, in any form of CSV', async () => {
  const rows = [listed('a'), listed('-b'), listed('c'), listed('d')];
  const names = `\uFEFF${HEADER}\r\n-b,"x, ""y"".txt"\r\na,deep/ä.txt\r\n\r\nc,\r\n`;
  expect(await named(rows, names)).toEqual({
    a: 'in/deep/ä.txt override',
    '-b': 'in/x, "y".txt override',
    c: 'in/c.txt plain',
    d: 'in/d.txt plain',
  });
});

test('a given name goes before a derived one, also one that was made unique', async () => {
  const same = { ArchiveDescription: 'same' };
  const rows = [listed('a', same), listed('b', same), listed('c', same), listed('d'), listed('e')];
  expect(await named(rows, table('d,same', `e,same-${DATE}-2`))).toEqual({
    a: `in/same-${DATE}-6 plain`,
    b: `in/same-${DATE}-3 plain`,
    c: `in/same-${DATE}-4 plain`,
    d: 'in/same override',
    e: `in/same-${DATE}-2 override`,
  });
});

test('each archive has a key of its own, and exactly the given one, whatever the names', async () => {
  const name = fc
    .tuple(fc.constantFrom('a', 'a/b'), fc.array(fc.integer({ min: 2, max: 5 }), { maxLength: 2 }))
    .map(([stem, numbers]) => stem + numbers.map((number) => `-${DATE}-${number}`).join(''));
  const archive = fc.record({ derived: name, overridden: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(archive, { minLength: 1, maxLength: 20 }),
      fc.uniqueArray(name, { minLength: 20, maxLength: 20 }),
      async (list, free) => {
        const rows = list.map(({ derived }, place) => listed(`id${place}`, { ArchiveDescription: derived }));
        const given = list.flatMap(({ overridden }, place) => (overridden ? [[`id${place}`, free[place] ?? '']] : []));
        const keys = await named(rows, table(...given.map((row) => row.join(','))));
        expect(new Set(Object.values(keys)).size).toBe(rows.length);
        for (const [id = '', fileName] of given) expect(keys[id]).toBe(`in/${fileName} override`);
      },
    ),
    { numRuns: propertyRuns(20) },
  );
}, 60_000);

test('globs see the given name', async () => {
  const filter = { include: ['kept/'] };
  expect(await named([listed('a'), listed('b')], table('b,kept/b'), { filter })).toEqual({ b: 'in/kept/b override' });
});

test('every problem is told at once, with its line', async () => {
  const rows = [listed('a'), listed('b'), listed('c')];
  const names = table(
    'a,one',
    'nobody,two',
    'a,three',
    'b,one',
    'c,x//y',
    'c,../../etc',
    'c,\u202Etxt.exe',
    `c,${'é'.repeat(511)}`,
    'c',
    'c,d,e',
  );
  const refusal = named(rows, names).catch((error: unknown) => error);
  expect(await refusal).toMatchObject({
    type: 'InvalidRequest',
    options: {
      details: [
        'names table, names that are not safe keys: 3 (line 6, line 7, line 8)',
        'names table, keys of more than 1024 bytes: 1 (line 9)',
        'names table, rows of other than two columns: 2 (line 10, line 11)',
        'names table, archive ids that the inventory does not have: 1 (line 3)',
        'names table, archive ids given again: 1 (line 4 as in line 2)',
        'names table, keys given again: 1 (line 5 as in line 2)',
      ],
    },
  });
});

test('of many problems of a kind the first ten are told', async () => {
  const unknown = Array.from({ length: 2_500 }, (_, row) => `x${row},`);
  await expect(named([listed('a')], table(...unknown))).rejects.toThrow(
    /: 2500 \(line 2, line 3, .*line 11 and 2490 more\)/,
  );
});

test('a name in the folder of the runs is refused, however the prefix cuts it', async () => {
  const work = named([listed('a')], table('a,transfer/x'), { keyPrefix: '.glacier-' });
  await expect(work).rejects.toThrow('keys in .glacier-transfer/, where runs keep their records: 1 (line 2)');
});

test.each([
  ['an empty file', '', /^the first line of the names table is not GlacierArchiveID,FileName$/],
  ['another header', 'secret,name\na,b', /^the first line of the names table is not GlacierArchiveID,FileName$/],
  [
    'a quote that nothing closes',
    `${HEADER}\na,"b`,
    /the names table is not a valid CSV file: a quote is not closed, or stands within a field, at line 2$/,
  ],
  [
    'a row without an end',
    `${HEADER}\na,"${'b\n'.repeat(40_000)}`,
    /the names table is not a valid CSV file: a row has more than 65536 characters at line \d+$/,
  ],
])('%s makes no names table', async (_, names, sentence) => {
  const work = named([listed('a')], names);
  await expect(work).rejects.toMatchObject({ type: 'InvalidRequest', message: expect.stringMatching(sentence) });
});

test('a source that breaks off fails as it is: it may be tried again', async () => {
  const broken = async (): Promise<Readable> =>
    Readable.from(
      (function* () {
        yield table('a,b');
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      })(),
    );
  await expect(named([listed('a')], '', { openNames: broken })).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('reading stops when told to, with the reason of the signal', async () => {
  const controller = new AbortController();
  const openNames = async (): Promise<Readable> => {
    controller.abort(new Error('cancelled by test'));
    return Readable.from([table('a,b')]);
  };
  const work = named([listed('a')], '', { openNames, signal: controller.signal });
  await expect(work).rejects.toThrow('cancelled by test');
});

test('names and ids are told together', async () => {
  const openIds = async (): Promise<Readable> => Readable.from(['z']);
  const work = named([listed('a')], table('y,b'), { openIds });
  await expect(work).rejects.toThrow(/names table, .*line 2\); list of ids, .*line 1\)/);
});
