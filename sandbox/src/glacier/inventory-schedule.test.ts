import { dailyInventoryDueAtMs } from './inventory-schedule';

const at = (day: number, time: string): string => `2026-01-0${day}T${time}:00.000Z`;

test.each([
  ['the first upload', at(1, '00:00'), at(1, '14:00')],
  ['a write before the first inventory', at(1, '13:59'), at(1, '14:00')],
  ['a write at the moment of the first inventory', at(1, '14:00'), at(2, '14:00')],
  ['a write before the second', at(2, '13:59'), at(2, '14:00')],
  ['a write days later', at(5, '20:00'), at(6, '14:00')],
])('the daily inventory is due after %s', (_name, lastWriteDate, due) => {
  const vault = { firstWriteDate: at(1, '00:00'), lastWriteDate, archives: { hasChanged: true } };
  expect(dailyInventoryDueAtMs(vault)).toBe(Date.parse(due));
});

test.each([
  ['never written to', { firstWriteDate: null, lastWriteDate: null, archives: { hasChanged: false } }],
  ['unchanged', { firstWriteDate: at(1, '00:00'), lastWriteDate: at(1, '00:00'), archives: { hasChanged: false } }],
])('no daily inventory is due for a vault that is %s', (_name, vault) => {
  expect(dailyInventoryDueAtMs(vault)).toBeNull();
});
