import { ArchivePlan } from './archive-plan';
import { BadRowPlaces } from './bad-row-places';
import { BAD_ROW_KINDS, badRow, type BadRowKind } from './bad-rows';
import { parseSeedSpec } from './seed-spec';

const plan = new ArchivePlan(parseSeedSpec({ sizes: '10KiB' }), 1);
const archive = plan.archiveAt(5);

const ID = /^[A-Za-z0-9_-]{138}$/;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/** The fields of a row that are not what Glacier writes. */
function wrongFields(row: unknown): string[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return ['row'];
  const {
    ArchiveId: id,
    ArchiveDescription: description,
    CreationDate: date,
    Size: size,
    SHA256TreeHash: treeHash,
  } = row as Record<string, unknown>;
  const wrong = {
    ArchiveId: typeof id !== 'string' || !ID.test(id),
    ArchiveDescription: typeof description !== 'string',
    CreationDate: typeof date !== 'string' || !DATE.test(date) || !isInstant(date),
    Size: typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > 40_000 * 1024 ** 3,
    SHA256TreeHash: typeof treeHash !== 'string' || !/^[0-9a-f]{64}$/.test(treeHash),
  };
  return Object.entries(wrong).flatMap(([field, isWrong]) => (isWrong ? [field] : []));
}

const isInstant = (date: string): boolean =>
  Number.isFinite(Date.parse(date)) && new Date(date).toISOString().slice(0, 10) === date.slice(0, 10);

const variants = (kind: BadRowKind): unknown[] =>
  Array.from({ length: 12 }, (_, number) => JSON.parse(badRow(kind, 'seed', number, archive).json) as unknown);

test.each<[BadRowKind, readonly string[]]>([
  ['missing-field', ['ArchiveId', 'CreationDate', 'SHA256TreeHash', 'Size']],
  ['null-field', ['ArchiveId', 'CreationDate', 'SHA256TreeHash', 'Size']],
  ['no-object', ['row']],
  ['bad-id', ['ArchiveId']],
  ['duplicate-id', []],
  ['negative-size', ['Size']],
  ['zero-size', ['Size']],
  ['fractional-size', ['Size']],
  ['huge-size', ['Size']],
  ['text-size', ['Size']],
  ['bad-hash', ['SHA256TreeHash']],
  ['truncated-date', ['CreationDate']],
  ['long-date', ['CreationDate']],
  ['impossible-date', ['CreationDate']],
  ['bad-description', ['ArchiveDescription']],
])('the bad row %s corrupts one field: %j', (kind, fields) => {
  const wrong = variants(kind).map(wrongFields);
  expect([...new Set(wrong.flat())].sort()).toEqual(fields);
  for (const row of wrong) expect(row).toHaveLength(fields.length === 0 ? 0 : 1);
});

test('a duplicate row repeats an archive of the vault, and other bad rows have their own ids', () => {
  expect(variants('duplicate-id')).toContainEqual(
    expect.objectContaining({ ArchiveId: archive.id, Size: archive.sizeBytes, SHA256TreeHash: archive.treeHash }),
  );
  for (const row of variants('zero-size')) {
    const { ArchiveId: id } = row as { ArchiveId: string };
    expect(plan.positionOf(id)).toBeNull();
  }
});

test('bad rows have a CSV form', () => {
  const csv = (kind: BadRowKind): string => badRow(kind, 'seed', 1, archive).csv;
  expect(csv('zero-size')).toMatch(/^[\w-]{138},bad row 1: zero-size,2013-\S+Z,0,[0-9a-f]{64}$/);
  expect(csv('missing-field').split(',')).toHaveLength(4);
  expect(csv('null-field').split(',')).toHaveLength(5);
  for (const kind of BAD_ROW_KINDS) expect(csv(kind)).not.toMatch(/[\r\n]/);
});

test.each([
  ['fewer than archives', 100, { 'zero-size': 3, 'bad-id': 4 }],
  ['more than archives', 3, { 'zero-size': 5, 'bad-id': 6 }],
  ['none', 5, {}],
  ['behind a single archive', 1, { 'huge-size': 1 }],
  ['many', 9973, { 'duplicate-id': 1000, 'bad-hash': 777 }],
])('each bad row has one place: %s', (_case, count, badRows) => {
  const spec = parseSeedSpec({ count, badRows, sizes: '1B' });
  const archives = new ArchivePlan(spec, 1);
  const places = new BadRowPlaces(spec);
  const rows = Array.from({ length: count }, (_, position) => places.behind(archives.archiveAt(position)));
  const counts = new Map<string, number>();
  for (const { kind } of rows.flat()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual(badRows);

  const halfway = rows.slice(0, count / 2).flat().length;
  expect(Math.abs(halfway - rows.flat().length / 2)).toBeLessThanOrEqual(1 + rows.flat().length / count);
});
