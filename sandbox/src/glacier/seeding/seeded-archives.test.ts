import { createHash } from 'node:crypto';
import { LeafHasher, treeRoot } from '../tree-hash';
import { VirtualContent } from '../virtual/content';
import { ArchivePlan } from './archive-plan';
import { NAME_STYLES } from './names/styles';
import { parseSeedSpec } from './seed-spec';
import { SeededArchives, totalBytesOf } from './seeded-archives';

const NAMES = Object.fromEntries(NAME_STYLES.map((style) => [style, 1]));
const spec = parseSeedSpec({ seed: 'vault', count: 500, names: NAMES, sizes: { from: '1B', to: '3MiB' } });

const FIRST_SEQUENCE = 11;

/** The archives of a specification, of which an inventory has been taken. */
function seeded(written: unknown): SeededArchives {
  const archives = new SeededArchives({
    spec: parseSeedSpec(written),
    firstSequence: FIRST_SEQUENCE,
    totalBytes: '0',
  });
  archives.takeInventory();
  return archives;
}

const listed = (archives: SeededArchives, afterSequence = 0) =>
  Array.from(archives.lastInventory()(afterSequence), ({ archive }) => archive);

test('seeded archives follow from the specification', () => {
  const [first, second] = [new ArchivePlan(spec, 11), new ArchivePlan({ ...spec }, 11)];
  for (let position = 0; position < spec.count; position++) {
    const archive = first.archiveAt(position);
    expect(archive).toEqual(second.archiveAt(position));
    expect(archive.id).toMatch(/^[A-Za-z0-9_-]{138}$/);
    expect(archive.description).toMatch(/^[\x20-\x7e]{0,1024}$/);
    expect(first.sizeAt(position)).toBe(archive.sizeBytes);
    expect(first.positionOf(archive.id)).toBe(position);
  }
});

const PINNED = ['position', 'id', 'description', 'creationDate', 'sizeBytes'];

/** What is pinned here is part of the journals of sandboxes with seeded vaults: it must never change. */
test('seeded archives are the same in every version', () => {
  const plan = new ArchivePlan(
    parseSeedSpec({
      seed: 'pinned',
      count: 1000,
      names: NAMES,
      duplicates: 0.2,
      sizes: { from: 1, to: '40000GiB', spread: 'log-normal' },
    }),
    1,
  );
  const digest = createHash('sha256');
  for (let position = 0; position < 1000; position++) digest.update(JSON.stringify(plan.archiveAt(position), PINNED));
  expect(digest.digest('hex')).toBe('68ded4cf33f0efee12ef2718790119e10879c866a11adfb2860533010b5933f4');
});

test('the bytes of an archive follow from its id and size, and have its tree hash', () => {
  const archive = new ArchivePlan(spec, 11).archiveAt(3);
  const hasher = new LeafHasher();
  const content = new VirtualContent(archive.id, archive.sizeBytes);
  for (const bytes of content.read({ start: 0, end: archive.sizeBytes - 1 })) hasher.update(bytes);
  expect(archive.treeHash).toBe(treeRoot(hasher.leaves()).toString('hex'));
});

test('dates of seeded archives are strictly increasing', () => {
  const plan = new ArchivePlan(spec, 11);
  const archives = Array.from({ length: spec.count }, (_, position) => plan.archiveAt(position));
  const dates = archives.map(({ creationDate }) => creationDate);
  expect(dates).toEqual([...new Set(dates)].sort());
  expect(dates[0]).toBe('2013-01-01T00:00:00.000Z');
  expect(dates.at(-1)?.slice(0, 7)).toBe('2025-12');

  const dense = new ArchivePlan(
    parseSeedSpec({ count: 3, created: { from: '2013-01-01', to: '2013-01-01T00:00:00.003Z' } }),
    1,
  );
  expect([0, 1, 2].map((position) => dense.archiveAt(position).creationDate.slice(-5))).toEqual([
    '.000Z',
    '.001Z',
    '.002Z',
  ]);
});

test.each([0, 0.3, 1])('a share of %d of the descriptions repeat earlier ones', (duplicates) => {
  const archives = seeded({ count: 2000, names: { 'fastglacier-v2': 1, plain: 1 }, duplicates });
  const descriptions = new Set(listed(archives).map(({ description }) => description));
  expect(1 - descriptions.size / 2000).toBeCloseTo(duplicates, 1);
});

test('seeded archives are found by id until deleted and no longer listed by an inventory', () => {
  const archives = seeded({ count: 20, sizes: { from: '1B', to: '1KiB' } });
  const all = listed(archives);
  const third = archives.get(all[2]?.id ?? '');
  if (third === undefined) throw new Error('no third archive');
  expect(third.sequence).toBe(13);
  expect(archives.find('unknown')).toBeUndefined();

  const before = archives.lastInventory();
  archives.delete(third);
  expect(archives.get(third.id)).toBeUndefined();
  expect(archives.find(third.id)).toEqual(third);
  expect(listed(archives)).toEqual(all);
  archives.takeInventory();
  expect(archives.find(third.id)).toBeUndefined();
  expect(listed(archives)).toEqual(all.filter(({ id }) => id !== third.id));
  expect(listed(archives, 12)).toEqual(all.slice(3));
  expect(listed(archives, 25)).toEqual(all.slice(15));
  expect(Array.from(before(0), ({ archive }) => archive)).toEqual(all);
});

test('before the first inventory nothing is listed', () => {
  const archives = new SeededArchives({ spec, firstSequence: 1, totalBytes: '0' });
  const first = new ArchivePlan(spec, 1).archiveAt(0);
  expect(listed(archives)).toEqual([]);
  expect(archives.find(first.id)).toEqual(first);
  archives.delete(first);
  expect(archives.find(first.id)).toBeUndefined();
});

test('the sum of seeded sizes is exact beyond 2^53', async () => {
  const total = await totalBytesOf(parseSeedSpec({ count: 30_001, sizes: 40_000 * 1024 ** 3 - 1 }));
  expect(total).toBe(30_001n * (40_000n * 1024n ** 3n - 1n));
});

test('bad rows follow seeded archives', () => {
  const archives = seeded({ count: 10, badRows: { 'zero-size': 1, 'bad-id': 1 } });
  const rows = Array.from(archives.lastInventory()(0), ({ badRowsBehind }) => badRowsBehind);
  expect(rows.flat().map(({ kind }) => kind)).toEqual(['bad-id', 'zero-size']);
});
