import * as fc from 'fast-check';
import { ArchiveIndex } from './archive-index';
import type { Archive, StoredArchive } from './model';
import { ArchivePlan } from './seeding/archive-plan';
import { parseSeedSpec } from './seeding/seed-spec';

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

test('before the first inventory nothing is listed, and deleted archives are forgotten', () => {
  const index = indexOf(2);
  index.delete('id-1');
  expect(index).toMatchObject({ lastInventory: null, hasChanged: true });
  expect(listedIn(index)).toEqual([]);
  expect(index.find('id-1')).toBeUndefined();
});

test('an inventory lists archives deleted after it, but not archives stored after it', () => {
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

test('deleting an archive again changes nothing', () => {
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

test('a pinned inventory is independent of later changes', () => {
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

const SEEDED = 3;

test('an archive index agrees with a model of plain list copies', () => {
  // Numbers delete that archive; 0 takes an inventory, -1 stores an archive, -2 seeds some.
  const step = fc.oneof(fc.constantFrom(-2, -1, 0), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = new ArchiveIndex();
      const ids: string[] = [];
      let [living, listed]: [number[], number[]] = [[], []];
      for (const step of steps) {
        const next = ids.length + 1;
        if (step === -2) {
          const spec = parseSeedSpec({ seed: next, count: SEEDED, sizes: '1KiB' });
          index.seed({ spec, firstSequence: next, totalBytes: String(SEEDED * 1024) });
          const plan = new ArchivePlan(spec, next);
          ids.push(...[0, 1, 2].map((position) => plan.archiveAt(position).id));
          living = [...living, next, next + 1, next + 2];
        } else if (step === -1) {
          index.add(archive(next));
          ids.push(`id-${next}`);
          living = [...living, next];
        } else if (step === 0) {
          index.takeInventory('now');
          listed = living;
        } else {
          index.delete(ids[step - 1] ?? 'unknown');
          living = living.filter((sequence) => sequence !== step);
        }
        expect(listedIn(index)).toEqual(listed);
        expect(index.lastInventory?.archiveCount ?? 0).toBe(listed.length);
        const known = [...new Set([...living, ...listed])].sort((a, b) => a - b);
        expect(ids.flatMap((id) => index.find(id)?.sequence ?? [])).toEqual(known);
        expect(ids.flatMap((id) => index.get(id)?.sequence ?? [])).toEqual(living);
        expect(sequencesOf(index.livingStored())).toEqual(living.filter((each) => ids[each - 1] === `id-${each}`));
      }
    }),
  );
});
