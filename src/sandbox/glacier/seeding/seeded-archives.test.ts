import { createHash } from 'node:crypto';
import { LeafHasher, treeRoot } from '../tree-hash';
import { VirtualContent } from '../virtual/content';
import { ArchivePlan } from './archive-plan';
import { NAME_STYLES } from './names/styles';
import { parseSeedSpec } from './seed-spec';
import { prepareSeeding, SeededArchives, type Seeding } from './seeded-archives';

const NAMES = Object.fromEntries(NAME_STYLES.map((style) => [style, 1]));
const spec = parseSeedSpec({ seed: 'vault', count: 500, names: NAMES, sizes: { from: '1B', to: '3MiB' } });

async function seeded(written: unknown): Promise<SeededArchives> {
  return new SeededArchives(await prepareSeeding(parseSeedSpec(written), 11));
}

test('archives follow from the specification', () => {
  const [first, second] = [new ArchivePlan(spec), new ArchivePlan({ ...spec })];
  for (let position = 0; position < spec.count; position++) {
    const archive = first.archiveAt(position);
    expect(archive).toEqual(second.archiveAt(position));
    expect(archive.id).toMatch(/^[A-Za-z0-9_-]{138}$/);
    expect(archive.description).toMatch(/^[\x20-\x7e]{0,1024}$/);
    expect(first.sizeAt(position)).toBe(archive.sizeBytes);
    expect(first.positionOf(archive.id)).toBe(position);
  }
});

/** What is pinned here is part of the journals of sandboxes with seeded vaults: it must never change. */
test('archives stay the same in every version', () => {
  const plan = new ArchivePlan(
    parseSeedSpec({
      seed: 'pinned',
      count: 1000,
      names: NAMES,
      duplicates: 0.2,
      sizes: { from: 1, to: '40000GiB', spread: 'log-normal' },
    }),
  );
  const digest = createHash('sha256');
  for (let position = 0; position < 1000; position++) digest.update(JSON.stringify(plan.archiveAt(position)));
  expect(digest.digest('hex')).toBe('68ded4cf33f0efee12ef2718790119e10879c866a11adfb2860533010b5933f4');
});

test('the bytes of an archive follow from its id and size, and have its tree hash', () => {
  const archive = new ArchivePlan(spec).archiveAt(3);
  const hasher = new LeafHasher();
  const content = new VirtualContent(archive.id, archive.sizeBytes);
  for (const bytes of content.read({ start: 0, end: archive.sizeBytes - 1 })) hasher.update(bytes);
  expect(archive.treeHash).toBe(treeRoot(hasher.leaves()).toString('hex'));
});

test('dates rise strictly from the first to nearly the last', () => {
  const archives = [...new SeededArchives({ spec, firstSequence: 1, totalBytes: '0' }).from(0)];
  const dates = archives.map(({ creationDate }) => creationDate);
  expect(dates).toEqual([...new Set(dates)].sort());
  expect(dates[0]).toBe('2013-01-01T00:00:00.000Z');
  expect(dates.at(-1)?.slice(0, 7)).toBe('2025-12');

  const dense = new ArchivePlan(
    parseSeedSpec({ count: 3, created: { from: '2013-01-01', to: '2013-01-01T00:00:00.003Z' } }),
  );
  expect([0, 1, 2].map((position) => dense.archiveAt(position).creationDate.slice(-5))).toEqual([
    '.000Z',
    '.001Z',
    '.002Z',
  ]);
});

test.each([0, 0.3, 1])('a share of %d of the descriptions repeat earlier ones', async (duplicates) => {
  const archives = await seeded({ count: 2000, names: { 'fastglacier-v2': 1, plain: 1 }, duplicates });
  const descriptions = new Set([...archives.from(0)].map(({ description }) => description));
  expect(1 - descriptions.size / 2000).toBeCloseTo(duplicates, 1);
});

test('archives are found by id until they are deleted', async () => {
  const archives = await seeded({ count: 20, sizes: { from: '1B', to: '1KiB' } });
  const all = [...archives.from(0)];
  const [third] = all.slice(2, 3);
  if (third === undefined) throw new Error('no third archive');
  expect(archives.get(third.id)).toEqual(third);
  expect(archives.sequenceOf(third)).toBe(13);
  expect(archives.totalBytes).toBe(BigInt(all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)));

  const bytesBefore = archives.totalBytes;
  expect(archives.delete(third.id)).toBe(true);
  expect(archives.delete(third.id)).toBe(false);
  expect(archives.delete('unknown')).toBe(false);
  expect(archives.get(third.id)).toBeUndefined();
  expect(archives.count).toBe(19);
  expect(archives.totalBytes).toBe(bytesBefore - BigInt(third.sizeBytes));
  expect([...archives.from(0)]).toEqual(all.filter((archive) => archive !== third));
  expect([...archives.from(15)]).toEqual(all.slice(15));
});

test('the sum of sizes is exact beyond 2^53, and a seeding survives the journal', async () => {
  const seeding = await prepareSeeding(parseSeedSpec({ count: 30_001, sizes: 40_000 * 1024 ** 3 - 1 }), 1);
  const archives = new SeededArchives(JSON.parse(JSON.stringify(seeding)) as Seeding);
  expect(archives.totalBytes).toBe(30_001n * (40_000n * 1024n ** 3n - 1n));
});

test('bad rows stand behind archives', async () => {
  const archives = await seeded({ count: 10, badRows: { 'zero-size': 1, 'bad-id': 1 } });
  const kinds = [...archives.from(0)].map((archive) => archives.badRowsBehind(archive).map(({ kind }) => kind));
  expect(kinds.flat()).toEqual(['bad-id', 'zero-size']);
});
