import { archiveReportRow, COLUMNS, quarantinedReportRow, type ReportRow } from './report-row';
import { CSV, JSONL } from './write-report';
import { ARCHIVE } from '../../test/support/samples';

const row = (change: Partial<ReportRow>): ReportRow => ({
  ...archiveReportRow('run-1', { shard: 0, row: ARCHIVE, state: 'waiting', reason: null, receipt: null }),
  ...change,
});

/** Values of a line of CSV by column; none may hold a quote, a comma or a line end. */
const cells = (change: Partial<ReportRow>): Readonly<Record<string, string | undefined>> => {
  const values = CSV.lines([row(change)]).split(',');
  return Object.fromEntries(Object.keys(COLUMNS).map((name, position) => [name, values[position]]));
};

test.each([
  ['=HYPERLINK("http://example.com")', `"'=HYPERLINK(""http://example.com"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM', "'@SUM"],
  ['\tx', "'\tx"],
  ['\rx', `"'\rx"`],
  ['\nx', `"'\nx"`],
  ['\uFF1D1', "'\uFF1D1"],
  ['a,=1', '"a,=1"'],
  ['a"=1', '"a""=1"'],
  ['a=1', 'a=1'],
  ["'=1", "'=1"],
])('the words of others are no formula: %j is the cell %j', (text, cell) => {
  for (const column of ['description', 'key', 'message'] as const) {
    expect(CSV.lines([row({ [column]: text })])).toContain(`,${cell},`);
    expect(JSON.parse(JSONL.lines([row({ [column]: text })]))).toMatchObject({ [column]: text });
  }
});

test('ids and checksums stay as they are', () => {
  const change = { archive_id: '-RgTy', crc32: '+AAAAA==', version_id: '-v', job_ids: ['-j1', 'j2'] };
  expect(cells(change)).toMatchObject({ ...change, job_ids: '-j1 j2' });
});

test('what is not known is an empty cell, or null', () => {
  expect(cells({ adopted: false, version_id: null })).toMatchObject({ adopted: 'false', version_id: '' });
  const quarantined = quarantinedReportRow('run-1', { row: 7, reason: 'Size is missing.', raw: '{}' });
  const values = Object.entries(JSON.parse(JSONL.lines([quarantined])) as object).filter(([, value]) => value !== null);
  expect(Object.fromEntries(values)).toEqual({
    run: 'run-1',
    outcome: 'quarantined',
    message: 'Size is missing.',
    job_ids: [],
    inventory_row: 7,
  });
});

test('rows are lines, and have the columns of the header', () => {
  expect(CSV.header).toBe(Object.keys(COLUMNS).join(','));
  expect(CSV.lines([row({}), row({})]).split('\n')).toHaveLength(2);
  expect(Object.keys(row({}))).toEqual(Object.keys(COLUMNS));
});
