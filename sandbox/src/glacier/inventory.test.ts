import * as fc from 'fast-check';
import { InventoryPage, inventoryText } from './inventory';
import type { InventoryParameters, StoredArchive } from './model';

const archive = (description: string, sequence = 1): StoredArchive => ({
  id: 'DMTm',
  sequence,
  description,
  creationDate: '2012-05-15T17:19:46.700Z',
  sizeBytes: 2140123,
  treeHash: '6b9d',
  blobs: [],
});
const DATE = '2026-05-12T14:19:01.500Z';
const ALL = { startDate: null, endDate: null, limit: null, marker: null };

const of = (archives: readonly StoredArchive[]) => ({
  entriesAfter: (after: number) =>
    archives.filter(({ sequence }) => sequence > after).map((each) => ({ archive: each, badRowsBehind: [] })),
});

const textOf = (format: InventoryParameters['format'], archives: readonly StoredArchive[], parameters = ALL): string =>
  [...inventoryText(format, 'arn:v', DATE, new InventoryPage(of(archives), parameters))].join('');

test.each([
  ['my archive1', 'my archive1'],
  ['my archive,1"2', String.raw`"my archive,1\"2"`],
  [String.raw`my archive,1\"2`, String.raw`"my archive,1\\"2"`],
  ['a,b\\', String.raw`"a,b\"`],
  ['"', String.raw`"\""`],
  ['a\\b', 'a\\b'],
  ['', ''],
])('the CSV inventory quotes the description %s with the flaw of Glacier', (description, field) => {
  expect(textOf('CSV', [archive(description)]).split('\n')).toEqual([
    'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash',
    `DMTm,${field},2012-05-15T17:19:46.700Z,2140123,6b9d`,
    '',
  ]);
});

/** The reading that the reference gives for this CSV: fields from both ends, and only `\"` unescaped. */
function descriptionIn(row: string): string {
  const field = row.split(',').slice(1, -3).join(',');
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('\\"', '"') : field;
}

test('every description can be read back from its CSV row', () => {
  const ascii = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) });
  const awkward = fc.string({ unit: fc.constantFrom(',', '"', '\\', 'a', ' ') });
  fc.assert(
    fc.property(fc.oneof(ascii, awkward), (description) => {
      expect(descriptionIn(textOf('CSV', [archive(description)]).split('\n')[1] ?? '')).toBe(description);
    }),
  );
});

test('the JSON inventory has the date of the inventory, to the second', () => {
  expect(JSON.parse(textOf('JSON', [archive('one'), archive('two')]))).toEqual({
    VaultARN: 'arn:v',
    InventoryDate: '2026-05-12T14:19:01Z',
    ArchiveList: ['one', 'two'].map((ArchiveDescription) => ({
      ArchiveId: 'DMTm',
      ArchiveDescription,
      CreationDate: '2012-05-15T17:19:46.700Z',
      Size: 2140123,
      SHA256TreeHash: '6b9d',
    })),
  });
});

const many = Array.from({ length: 2500 }, (_, i) => archive(String(i), i + 1));

test.each([
  ['all', ALL, 0, 2500, null],
  ['as many as there are', { ...ALL, limit: '2500' }, 0, 2500, null],
  ['some', { ...ALL, limit: '1200' }, 0, 1200, '000000000001200'],
  ['from a marker on', { ...ALL, marker: '000000000001200' }, 1200, 2500, null],
  ['some from a marker on', { ...ALL, limit: '1000', marker: '000000000001200' }, 1200, 2200, '000000000002200'],
  ['from their own date on', { ...ALL, startDate: '2012-05-15T17:19:46.700Z' }, 0, 2500, null],
  ['until their own date', { ...ALL, endDate: '2012-05-15T17:19:46.700Z' }, 0, 0, null],
  ['until the second after', { ...ALL, endDate: '2012-05-15T17:19:47Z' }, 0, 2500, null],
])('an inventory page of %s', (_name, parameters, from, to, nextMarker) => {
  const page = new InventoryPage(of(many), parameters);
  const text = [...inventoryText('JSON', 'arn:v', DATE, page)].join('');
  const { ArchiveList } = JSON.parse(text) as { ArchiveList: { ArchiveDescription: string }[] };
  expect(ArchiveList.map((entry) => Number(entry.ArchiveDescription))).toEqual(
    Array.from({ length: to - from }, (_, i) => from + i),
  );
  expect(page.nextMarker).toBe(nextMarker);
});

test('an inventory is written in small pieces, even where no archive is selected', () => {
  const page = new InventoryPage(of(many), { ...ALL, endDate: '2000-01-01T00:00:00Z' });
  const pieces = [...inventoryText('JSON', 'arn:v', DATE, page)];
  expect(pieces).toHaveLength(13);
});

test('an invalid inventory marker is rejected', () => {
  expect(() => new InventoryPage(of(many), { ...ALL, marker: 'x' })).toThrow('Invalid marker: x');
});
