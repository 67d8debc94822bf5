import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BAD_ROW_KINDS } from './bad-rows';
import { NAME_STYLES } from './names/styles';
import { parseByteSize, parseSeedSpec, parseSeedYaml, SeedSpecError } from './seed-spec';

const KIB = 1024;
const GIB = 1024 ** 3;

function problemsOf(parse: () => unknown): readonly string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof SeedSpecError) return error.problems;
    throw error;
  }
  return [];
}

test('every field of a seed specification has a default', () => {
  expect(parseSeedSpec({})).toEqual({
    seed: '1',
    count: 1000,
    sizes: [{ fromBytes: KIB, toBytes: 10 * KIB * KIB, spread: 'log-uniform', weight: 1 }],
    names: [{ style: 'plain', weight: 1 }],
    duplicates: 0,
    badRows: {},
    created: { fromMs: Date.parse('2013-01-01'), toMs: Date.parse('2025-12-15') },
  });
});

test('examples/seed.yaml has every style and kind of bad row, and documents the defaults', () => {
  const text = readFileSync(join(__dirname, '../../../examples/seed.yaml'), 'utf8');
  const spec = parseSeedYaml(text);
  expect(spec.names.map(({ style }) => style)).toEqual([...NAME_STYLES]);
  expect(Object.keys(spec.badRows)).toEqual([...BAD_ROW_KINDS]);

  const defaults = [...text.matchAll(/Default: (.*)\n+(\w+):/g)].map(([, value, field]) => `${field}: ${value}`);
  expect(parseSeedYaml(defaults.join('\n').replace('none', '{}'))).toEqual(parseSeedSpec({}));
  expect(defaults).toHaveLength(Object.keys(spec).length);
});

test.each([
  ['one size', '10KiB', [{ fromBytes: 10 * KIB, toBytes: 10 * KIB, spread: 'uniform', weight: 1 }]],
  ['bytes', 5, [{ fromBytes: 5, toBytes: 5, spread: 'uniform', weight: 1 }]],
  ['a range', { from: '1B', to: '1KiB' }, [{ fromBytes: 1, toBytes: KIB, spread: 'uniform', weight: 1 }]],
  [
    'a list',
    ['1B', { size: '40000GiB', weight: 3 }, { from: '1KiB', to: '1GiB', spread: 'log-normal', weight: 0.5 }],
    [
      { fromBytes: 1, toBytes: 1, spread: 'uniform', weight: 1 },
      { fromBytes: 40_000 * GIB, toBytes: 40_000 * GIB, spread: 'uniform', weight: 3 },
      { fromBytes: KIB, toBytes: GIB, spread: 'log-normal', weight: 0.5 },
    ],
  ],
])('sizes of a seed specification may be %s', (_case, sizes, expected) => {
  expect(parseSeedSpec({ sizes }).sizes).toEqual(expected);
});

test('a seed specification is plain data, and a seed may be a number', () => {
  const spec = parseSeedYaml('seed: 7\ncount: 3\nbadRows: { bad-id: 2 }');
  expect(spec.seed).toBe('7');
  expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
});

const SIZE = 'must be a size from 1B to 40000GiB, such as 10KiB (units B, KiB, MiB, GiB, TiB)';
const CHOICE = 'must be a size, or `from` and `to`, the smaller first';
const DATE = 'must be a date such as 2013-01-01 or 2013-01-01T12:00:00Z';

test.each<[unknown, readonly string[]]>([
  [{ sizes: '10KB' }, [`sizes.0.size: ${SIZE}`]],
  [{ sizes: '0B' }, [`sizes.0.size: ${SIZE}`]],
  [{ sizes: '40001GiB' }, [`sizes.0.size: ${SIZE}`]],
  [{ sizes: 1.5 }, [`sizes.0.size: ${SIZE}`]],
  [{ sizes: {} }, [`sizes.0: ${CHOICE}`]],
  [{ sizes: { from: '2B', to: '1B' } }, [`sizes.0: ${CHOICE}`]],
  [{ sizes: { size: '2B', spread: 'uniform' } }, [`sizes.0: ${CHOICE}`]],
  [{ sizes: [] }, ['sizes: must name at least one']],
  [{ names: {} }, ['names: must name at least one']],
  [{ created: { from: '2013-02-30' } }, [`created.from: ${DATE}`]],
  [
    { created: { from: '2013-01-01', to: '2013-01-01T00:00:00.999Z' } },
    ['created: `to` must be at least one millisecond per archive after `from`'],
  ],
])('the seed specification %j is rejected', (written, problems) => {
  expect(problemsOf(() => parseSeedSpec(written))).toEqual(problems);
});

test('all problems of a seed specification are reported together', () => {
  const problems = problemsOf(() =>
    parseSeedSpec({
      count: 0,
      colour: 'red',
      sizes: ['1KB', { from: '1B', speed: 1 }],
      names: { plain: 0, dropbox: 1 },
      duplicates: 2,
      badRows: { 'bad-hash': -1, odd: 1 },
      created: { to: 'tomorrow' },
    }),
  );
  expect(problems).toEqual([
    'count: Too small: expected number to be >=1',
    `sizes.0.size: ${SIZE}`,
    'sizes.1: Unrecognized key: "speed"',
    `sizes.1: ${CHOICE}`,
    'names.plain: Too small: expected number to be >0',
    'names: Unrecognized key: "dropbox"',
    'duplicates: Too big: expected number to be <=1',
    'badRows.bad-hash: Too small: expected number to be >=0',
    'badRows: Unrecognized key: "odd"',
    `created.to: ${DATE}`,
    'Unrecognized key: "colour"',
  ]);
});

test.each([
  ['no YAML', 'count: [1'],
  ['a key twice', 'count: 1\ncount: 2'],
  ['nothing', ''],
  ['a list', '- count: 1'],
])('%s is rejected as a seed specification', (_case, text) => {
  expect(() => parseSeedYaml(text)).toThrow(expect.objectContaining({ problems: [expect.any(String)] }));
});

test.each([
  ['1B', 1],
  ['10KiB', 10_240],
  ['10 KiB', 10_240],
  ['1.5GiB', 1_610_612_736],
  [' 40000GiB ', 42_949_672_960_000],
  ['1TiB', 2 ** 40],
])('the size %j is %d bytes', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each([
  '',
  '10',
  '10KB',
  '10kib',
  '-1KiB',
  '1.5B',
  '1e3B',
  'KiB',
  '1  KiB',
  '1KiB2',
  '99999999TiB',
  '1constructor',
])('%j is not a valid size', (text) => {
  expect(parseByteSize(text)).toBeNull();
});
