import { archiveIdAt, positionOfId } from './archive-id';

const COUNT = 1000;
const ids = Array.from({ length: COUNT }, (_, position) => archiveIdAt('photos', position));

test('archive ids look like those of Glacier and are unique', () => {
  expect(ids.filter((id) => !/^[A-Za-z0-9_-]{138}$/.test(id))).toEqual([]);
  expect(new Set(ids.map((id) => id.slice(0, 8))).size).toBe(COUNT);
});

test('the position can be read from an archive id', () => {
  expect(ids.map((id) => positionOfId('photos', COUNT, id))).toEqual(ids.map((_, position) => position));
  expect(positionOfId('photos', 100_000_000, archiveIdAt('photos', 99_999_999))).toBe(99_999_999);
});

const [id = ''] = ids.slice(7, 8);
test.each([
  ['of another vault', archiveIdAt('films', 7)],
  ['of an archive behind the last', archiveIdAt('photos', COUNT)],
  ['that is random', 'x'.repeat(138)],
  ['with a changed position', `${id.startsWith('A') ? 'B' : 'A'}${id.slice(1)}`],
  ['with a changed end', `${id.slice(0, -1)}${id.endsWith('A') ? 'B' : 'A'}`],
  ['cut short', id.slice(0, -1)],
  ['too long', `${id}A`],
  ['in another alphabet', '\u00e9/+ '.repeat(35).slice(0, 138)],
  ['without text', ''],
])('an archive id %s has no position', (_case, unknown) => {
  expect(positionOfId('photos', COUNT, unknown)).toBeNull();
});

test('archive ids are the same in every version', () => {
  expect(archiveIdAt('pinned', 123_456)).toBe(
    'QEdLMLh9l4eO_JOdG_iBe8ZHVphm0xZfNthZO5wJq1oMijogLdipL9eTPXKeC29kaIxh-83e93bAHRsbFAiwbzgZAkJhjAGsPUFcUIrB5SOmyMAwVgnLBzizX0GZK1R-p5lL4mTxgw',
  );
});
