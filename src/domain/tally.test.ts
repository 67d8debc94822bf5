import * as fc from 'fast-check';
import { ARCHIVE_STATES } from '../wire/progress';
import { emptyTally, TallyBook } from './tally';

const column = fc.constantFrom(...ARCHIVE_STATES, 'excluded' as const);
const entry = fc.record({ column, sizeBytes: fc.maxSafeNat() });

test('a book read back from the wire is the same book, beyond the safe numbers, too', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const book = new TallyBook();
      for (const { column, sizeBytes } of entries) book.add(column, sizeBytes);
      const tally = book.toWire();
      expect(TallyBook.from(JSON.parse(JSON.stringify(tally)) as typeof tally).toWire()).toEqual(tally);
      const moved = entries.filter(({ column }) => column !== 'excluded');
      expect(tally.archives.total).toBe(moved.length);
      expect(tally.bytes.total).toBe(String(moved.reduce((sum, { sizeBytes }) => sum + BigInt(sizeBytes), 0n)));
      expect(book.open).toBe(moved.length - book.count('verified') - book.count('failed') - book.count('skipped'));
    }),
  );
});

test('a move changes no total, and sums of books are the book of all', () => {
  fc.assert(
    fc.property(fc.array(entry), fc.array(entry), column, (left, right, to) => {
      const [a, b, all] = [new TallyBook(), new TallyBook(), new TallyBook()];
      for (const { column, sizeBytes } of left) a.add(column, sizeBytes);
      for (const { column, sizeBytes } of right) b.add(column, sizeBytes);
      for (const { column, sizeBytes } of [...left, ...right]) all.add(column, sizeBytes);
      expect(TallyBook.from(a.toWire()).plus(b.toWire()).toWire()).toEqual(all.toWire());
      const { archives, bytes } = all.toWire();
      for (const { column, sizeBytes } of left) all.move(column, to, sizeBytes);
      const after = all.toWire();
      expect(after.archives.total + after.archives.excluded).toBe(archives.total + archives.excluded);
      expect(BigInt(after.bytes.total) + BigInt(after.bytes.excluded)).toBe(
        BigInt(bytes.total) + BigInt(bytes.excluded),
      );
    }),
  );
});

test('an empty tally has every column at zero', () => {
  expect(new Set(Object.values(emptyTally().archives))).toEqual(new Set([0]));
  expect(new Set(Object.values(emptyTally().bytes))).toEqual(new Set(['0']));
});
