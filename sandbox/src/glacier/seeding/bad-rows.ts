import { hash } from 'node:crypto';
import { archiveIdAt } from './archive-id';
import type { SeededArchive } from './seeded-archive';

/** How a row of an inventory is invalid. */
export const BAD_ROW_KINDS = [
  'missing-field',
  'null-field',
  'no-object',
  'bad-id',
  'duplicate-id',
  'negative-size',
  'zero-size',
  'fractional-size',
  'huge-size',
  'text-size',
  'bad-hash',
  'truncated-date',
  'long-date',
  'impossible-date',
  'bad-description',
] as const;
export type BadRowKind = (typeof BAD_ROW_KINDS)[number];

/** A row of an inventory in either format, without separators. */
export interface BadRow {
  readonly kind: BadRowKind;
  readonly json: string;
  readonly csv: string;
}

/** A value in JSON and in CSV. */
interface Cell {
  readonly json: string;
  readonly csv: string;
}

const text = (value: string): Cell => ({ json: JSON.stringify(value), csv: value });
const literal = (json: string): Cell => ({ json, csv: json });
const NULL: Cell = { json: 'null', csv: '' };

/** In the order of the CSV. */
const FIELDS = ['ArchiveId', 'ArchiveDescription', 'CreationDate', 'Size', 'SHA256TreeHash'] as const;
type Field = (typeof FIELDS)[number];
/** The description is optional; the other fields are required. */
const REQUIRED = ['ArchiveId', 'CreationDate', 'Size', 'SHA256TreeHash'] as const;

type Row = Readonly<Partial<Record<Field, Cell>>>;

const NO_OBJECTS = ['null', '"no row"', '[]', '17', 'true'] as const;
const BAD_IDS = ['', '../../etc/passwd', 'an id, with a comma', '\u0000', '<script>'] as const;
/** Just above 40,000 GiB, above what a double holds exactly, above 64 bits, above any double. */
const HUGE_SIZES = ['42949672960001', '9007199254740993', '18446744073709551616', '1e400'] as const;
const TEXT_SIZES: readonly [Cell, ...Cell[]] = [
  { json: '"1024"', csv: '1024 bytes' },
  text('12 MB'),
  text(''),
  text('NaN'),
  text('0x10'),
];
const BAD_HASHES = [
  '',
  '0',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85',
  'z'.repeat(64),
] as const;
const TRUNCATED_DATES = ['', '2013', '2013-03-20', '2013-03-20T17:03', '2013-03-20T17:03:'] as const;
const LONG_DATES = [
  `2013-03-20T17:03:43.${'2'.repeat(40)}Z`,
  '2013-03-20T17:03:43.221Z2013-03-20T17:03:43.221Z',
  '02013-03-20T17:03:43.221Z',
] as const;
const IMPOSSIBLE_DATES = ['2013-02-30T00:00:00.000Z', '2013-13-01T00:00:00.000Z', '2013-03-20T24:61:00Z'] as const;
const BAD_DESCRIPTIONS = ['7', 'true', '{"a":{}}', `${'['.repeat(1000)}${']'.repeat(1000)}`] as const;

/**
 * An invalid row.
 * @param number distinguishes the bad rows of a vault, and selects the variant of the kind
 * @param before the archive whose row it follows, and which a duplicate repeats
 */
export function badRow(kind: BadRowKind, seed: string, number: number, before: SeededArchive): BadRow {
  if (kind === 'no-object') return { kind, json: inTurn(NO_OBJECTS, number), csv: 'no row' };
  const id = archiveIdAt(`bad rows of ${seed}`, number);
  const good: Row = {
    ArchiveId: text(id),
    ArchiveDescription: text(`bad row ${number}: ${kind}`),
    CreationDate: text(before.creationDate),
    Size: literal(String(before.sizeBytes)),
    SHA256TreeHash: text(hash('sha256', id)),
  };
  const row = corrupted(kind, good, number, before);
  const present = FIELDS.flatMap((field) => (row[field] === undefined ? [] : [{ field, ...row[field] }]));
  return {
    kind,
    json: `{${present.map(({ field, json }) => `"${field}":${json}`).join(',')}}`,
    csv: present.map(({ csv }) => csv).join(','),
  };
}

/** The variants of a kind in rotation. */
function inTurn<Item>(variants: readonly [Item, ...Item[]], number: number): Item {
  return variants[number % variants.length] ?? variants[0];
}

function corrupted(kind: Exclude<BadRowKind, 'no-object'>, good: Row, number: number, before: SeededArchive): Row {
  switch (kind) {
    case 'missing-field': {
      const { [inTurn(REQUIRED, number)]: _missing, ...rest } = good;
      return rest;
    }
    case 'null-field':
      return { ...good, [inTurn(REQUIRED, number)]: NULL };
    case 'bad-id':
      return { ...good, ArchiveId: text(inTurn(BAD_IDS, number)) };
    case 'duplicate-id':
      return { ...good, ArchiveId: text(before.id), SHA256TreeHash: text(before.treeHash) };
    case 'negative-size':
      return { ...good, Size: literal('-1') };
    case 'zero-size':
      return { ...good, Size: literal('0') };
    case 'fractional-size':
      return { ...good, Size: literal('1024.5') };
    case 'huge-size':
      return { ...good, Size: literal(inTurn(HUGE_SIZES, number)) };
    case 'text-size':
      return { ...good, Size: inTurn(TEXT_SIZES, number) };
    case 'bad-hash':
      return { ...good, SHA256TreeHash: text(inTurn(BAD_HASHES, number)) };
    case 'truncated-date':
      return { ...good, CreationDate: text(inTurn(TRUNCATED_DATES, number)) };
    case 'long-date':
      return { ...good, CreationDate: text(inTurn(LONG_DATES, number)) };
    case 'impossible-date':
      return { ...good, CreationDate: text(inTurn(IMPOSSIBLE_DATES, number)) };
    case 'bad-description':
      return { ...good, ArchiveDescription: { json: inTurn(BAD_DESCRIPTIONS, number), csv: '"a quote left open' } };
  }
}
