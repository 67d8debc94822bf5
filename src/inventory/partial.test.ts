import { missingRows } from '../../activities/prepare-inventory';

const files = {
  inventoryDate: '2026-05-12T14:19:01Z',
  quarantinedRows: 2,
  total: { archives: 5, bytes: '5' },
  excluded: { archives: 3, bytes: '3' },
};
const DATE = '2026-05-12T14:19:01.990Z';

test('an inventory with fewer rows than the vault had archives is a part', () => {
  expect(missingRows(files, { date: DATE, archives: 11 })).toEqual({ listed: 10, counted: 11 });
});

test.each([
  ['as many rows', {}, { date: DATE, archives: 10 }],
  ['more rows, since some are none', {}, { date: DATE, archives: 9 }],
  ['another date', {}, { date: '2026-05-13T14:19:01Z', archives: 11 }],
  ['no date of its own, as CSV', { inventoryDate: null }, { date: DATE, archives: 11 }],
  ['a date that is none', { inventoryDate: 'today' }, { date: DATE, archives: 11 }],
  ['a vault without an inventory', {}, { date: null, archives: 11 }],
  ['a vault without a count', {}, { date: DATE, archives: null }],
])('nothing speaks against %s', (_case, changes, vault) => {
  expect(missingRows({ ...files, ...changes }, vault)).toBeNull();
});
