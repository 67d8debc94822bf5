import * as fc from 'fast-check';
import { ArchiveIndex } from './archive-index';
import type { Archive, StoredArchive } from './model';

const OVERHEAD_BYTES = 32_768;

const archive = (sequence: number): StoredArchive => ({
  id: `id-${sequence}`,
  sequence,
  description: '',
  creationDate: '2026-01-01T00:00:00.000Z',
  sizeBytes: sequence,
  treeHash: '',
  blobs: [],
});

const sequencesOf = (archives: Iterable<Archive>): number[] => Array.from(archives, ({ sequence }) => sequence);

function listedIn(index: ArchiveIndex): number[] {
  if (index.lastInventory === null) return [];
  const inventory = index.pinInventory();
  const listed = Array.from(inventory.entriesAfter(0), (entry) => entry.archive);
  inventory.release();
  return sequencesOf(listed);
}

/** An index with the archives 1 to `count`. */
function indexOf(count: number): ArchiveIndex {
  const index = new ArchiveIndex();
  for (let i = 1; i <= count; i++) index.add(archive(i));
  return index;
}

test('before the first inventory nothing is listed, and what is deleted is forgotten', () => {
  const index = indexOf(2);
  index.delete('id-1');
  expect(index).toMatchObject({ lastInventory: null, hasChanged: true });
  expect(listedIn(index)).toEqual([]);
  expect(index.find('id-1')).toBeUndefined();
});

test('an inventory lists what is deleted after it, not what is stored after it', () => {
  const index = indexOf(3);
  index.takeInventory('first');
  expect(index.hasChanged).toBe(false);
  index.delete('id-2');
  index.add(archive(4));
  index.delete('id-4');
  index.add(archive(5));
  expect(listedIn(index)).toEqual([1, 2, 3]);
  expect(sequencesOf(index.livingStored())).toEqual([1, 3, 5]);
  expect(index.lastInventory).toEqual({
    date: 'first',
    archiveCount: 3,
    sizeBytes: BigInt(6 + 3 * OVERHEAD_BYTES),
  });
  expect([index.get('id-2'), index.find('id-2')?.sequence]).toEqual([undefined, 2]);
  expect(index.find('id-4')).toBeUndefined();

  index.takeInventory('second');
  expect(listedIn(index)).toEqual([1, 3, 5]);
  expect(index.find('id-2')).toBeUndefined();
  expect(index.lastInventory).toMatchObject({
    date: 'second',
    archiveCount: 3,
    sizeBytes: BigInt(9 + 3 * OVERHEAD_BYTES),
  });
});

test('deleting again changes nothing', () => {
  const index = indexOf(2);
  index.takeInventory('first');
  index.delete('id-1');
  index.delete('id-1');
  index.delete('id-9');
  index.takeInventory('second');
  expect(index.lastInventory).toMatchObject({ archiveCount: 1, sizeBytes: BigInt(2 + OVERHEAD_BYTES) });
  index.delete('id-1');
  expect(index.hasChanged).toBe(false);
});

test('a pinned inventory stays as it is, whatever happens', () => {
  const index = indexOf(4);
  index.takeInventory('first');
  const inventory = index.pinInventory();
  const reading = inventory.entriesAfter(0)[Symbol.iterator]();
  const first = reading.next();
  index.delete('id-2');
  index.add(archive(5));
  index.takeInventory('second');
  index.delete('id-3');
  index.takeInventory('third');
  expect(listedIn(index)).toEqual([1, 4, 5]);
  expect(index.find('id-2')).toBeUndefined();
  expect(first.value.archive.sequence).toBe(1);
  expect(Array.from({ [Symbol.iterator]: () => reading }, ({ archive: { sequence } }) => sequence)).toEqual([2, 3, 4]);
  expect(Array.from(inventory.entriesAfter(2), (entry) => entry.archive.sequence)).toEqual([3, 4]);
  inventory.release();
  expect(listedIn(index)).toEqual([1, 4, 5]);
});

test('an index says the same as plain copies of lists would', async () => {
  // Numbers delete that archive; 0 takes an inventory, -1 stores an archive.
  const step = fc.oneof(fc.constantFrom(-1, 0), fc.integer({ min: 1, max: 20 }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const index = new ArchiveIndex();
      let [living, listed, last]: [number[], number[], number] = [[], [], 0];
      for (const step of steps) {
        if (step === -1) {
          last += 1;
          index.add(archive(last));
          living = [...living, last];
        } else if (step === 0) {
          index.takeInventory('now');
          listed = living;
        } else {
          index.delete(`id-${step}`);
          living = living.filter((sequence) => sequence !== step);
        }
        expect([sequencesOf(index.livingStored()), listedIn(index)]).toEqual([living, listed]);
        const found = Array.from({ length: last }, (_, i) => i + 1).filter((i) => index.find(`id-${i}`) !== undefined);
        expect(found).toEqual([...new Set([...living, ...listed])].sort((a, b) => a - b));
      }
    }),
  );
});
