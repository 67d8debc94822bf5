import * as fc from 'fast-check';
import { propertyRuns } from '../../test/support/property-runs';
import { readInventoryLine, UnreadableLine } from './read-csv-inventory';

const DATE = '2012-05-15T17:19:46.700Z';
const HASH = '6b9d'.repeat(16);
const lineOf = (description: string): string => `NkbByEejwEgg-_,${description},${DATE},2140123,${HASH}`;
const rowOf = (description: string) => ({
  ArchiveId: 'NkbByEejwEgg-_',
  ArchiveDescription: description,
  CreationDate: DATE,
  Size: 2_140_123,
  SHA256TreeHash: HASH,
});

/** What Glacier does: fields with a comma or a quote are quoted, others may be; a backslash stays as it is. */
const byGlacier = (text: string, quoteAll: boolean): string =>
  quoteAll || /[",]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
/** RFC 4180. */
const byOthers = (text: string, quoteAll: boolean): string =>
  quoteAll || /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Lines of text, those characters that matter among them often. */
const anyLine = fc
  .array(fc.oneof(fc.constantFrom('"', '\\', ',', ' '), fc.string({ unit: 'grapheme', maxLength: 3 })))
  .map((pieces) => pieces.join('').replaceAll(/[\r\n\ufffd]/g, ''));

describe('a line of a CSV inventory', () => {
  it.each([
    ['"my archive,1\\"2"', 'my archive,1"2'],
    ['"my archive,1\\\\"2"', 'my archive,1\\"2'],
    ['"a,b\\"', 'a,b\\'],
    ['"say ""hi"", Bob"', 'say "hi", Bob'],
    ['""""', '"'],
    ['""', ''],
    ['', ''],
    ['"plain"', 'plain'],
    ['C:\\photos\\', 'C:\\photos\\'],
    [' a ', ' a '],
  ])('with the description %s', (field, description) => {
    expect(readInventoryLine(lineOf(field))).toEqual(rowOf(description));
  });

  it('may have all fields quoted', () => {
    const quoted = lineOf('a')
      .split(',')
      .map((field) => `"${field}"`);
    expect(readInventoryLine(quoted.join(','))).toEqual(rowOf('a'));
  });

  it('keeps a size that is not in digits, for the check of the row to name', () => {
    for (const size of ['', '-1', '1024.5', '1e9', '0x10', '12 MB', '1_000']) {
      expect(readInventoryLine(`id,a,${DATE},${size},${HASH}`)).toMatchObject({ Size: size });
    }
  });

  it.each([
    ['', 'fewer than 5'],
    [',', 'fewer than 5'],
    [',,,', 'fewer than 5'],
    ['no row', 'fewer than 5'],
    [`id,${DATE},5,${HASH}`, 'fewer than 5'],
    [lineOf('"'), 'quoted neither'],
    [lineOf('"a quote left open'), 'quoted neither'],
    [lineOf('a quote "inside'), 'quoted neither'],
    [lineOf('a comma, unquoted'), 'quoted neither'],
    [lineOf('"one " alone"'), 'quoted neither'],
    [lineOf('"both \\" and "" of them"'), 'quoted neither'],
    [lineOf('"x","y"'), 'quoted neither'],
    [lineOf('caf\ufffd'), 'no UTF-8'],
  ])('that fits no reading is not guessed: %s', (line, reason) => {
    const read = readInventoryLine(line);
    expect(read).toBeInstanceOf(UnreadableLine);
    expect((read as UnreadableLine).reason).toContain(reason);
    expect(JSON.parse(JSON.stringify(read))).toBe(line);
  });

  it.each([
    ['Glacier', byGlacier],
    ['another tool', byOthers],
  ])('says what it was written from, by %s', (_writer, write) => {
    fc.assert(
      fc.property(anyLine, fc.boolean(), (description, quoteAll) => {
        expect(readInventoryLine(lineOf(write(description, quoteAll)))).toEqual(rowOf(description));
      }),
      { numRuns: propertyRuns(2_000) },
    );
  });
});
