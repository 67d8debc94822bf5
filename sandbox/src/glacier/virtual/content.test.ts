import { createHash } from 'node:crypto';
import { alignedLeaves, LeafHasher, MIB, treeRoot } from '../tree-hash';
import { VirtualContent } from './content';

const GIB = 1024 * MIB;
const LARGEST_BYTES = 40_000 * GIB;

const hex = (bytes: Buffer): string => bytes.toString('hex');

function bytesOf(content: VirtualContent, start = 0, end = content.sizeBytes - 1): Buffer {
  return Buffer.concat([...content.read({ start, end })]);
}

/** The leaves as plain hashing of the bytes gives them. */
function leavesOf(content: VirtualContent): readonly Buffer[] {
  const hasher = new LeafHasher();
  for (const bytes of content.read({ start: 0, end: content.sizeBytes - 1 })) hasher.update(bytes);
  return hasher.leaves();
}

describe('the tree hash of a virtual archive is that of its bytes', () => {
  test.each([1, 2, 63, 64, 65, 127, 128, 959, 960, 961, 1023, 1024, 1025, 4095, 4096, 4097, 10_240, 1_000_003])(
    'of %d bytes',
    (sizeBytes) => {
      const content = new VirtualContent('small', sizeBytes);
      expect(bytesOf(content)).toHaveLength(sizeBytes);
      expect(content.treeHash()).toBe(hex(createHash('sha256').update(bytesOf(content)).digest()));
    },
  );

  test.each([1, 2, 3, 4, 5, 7, 8, 9, 17, 33, 64])('around %d MiB', (mibs) => {
    for (const sizeBytes of [mibs * MIB - 1, mibs * MIB, mibs * MIB + 1]) {
      const content = new VirtualContent('large', sizeBytes);
      expect(content.treeHash()).toBe(hex(treeRoot(leavesOf(content))));
    }
  });

  test.each([1, 5 * MIB, 6.5 * MIB, 21 * MIB + 63, 32 * MIB, 33 * MIB - 1])(
    'of every aligned range of %d bytes',
    (sizeBytes) => {
      const content = new VirtualContent('ranges', sizeBytes);
      const leaves = leavesOf(content);
      let aligned = 0;
      for (let from = 0; from < leaves.length; from++) {
        for (let to = from + 1; to <= leaves.length; to++) {
          const end = Math.min(to * MIB, sizeBytes) - 1;
          if (alignedLeaves({ start: from * MIB, end }, sizeBytes) === null) continue;
          aligned++;
          expect(content.rangeTreeHash({ from, to })).toBe(hex(treeRoot(leaves.slice(from, to))));
        }
      }
      expect(aligned).toBeGreaterThanOrEqual(leaves.length);
    },
  );
});

test('a range of a virtual archive is a slice of the whole', () => {
  const content = new VirtualContent('slices', 3 * MIB + 70);
  const whole = bytesOf(content);
  const borders = [0, 1, 64, 1000, ...[1, 2, 3].flatMap((n) => [-65, -64, -63, -1, 0, 1].map((by) => n * MIB + by))];
  borders.push(3 * MIB + 5, 3 * MIB + 6, 3 * MIB + 7, content.sizeBytes - 2, content.sizeBytes - 1);
  for (const start of borders) {
    for (const end of borders.filter((border) => border >= start)) {
      expect(bytesOf(content, start, end).equals(whole.subarray(start, end + 1))).toBe(true);
    }
  }
});

test('virtual archives of different seeds have no leaf in common', () => {
  const leaves = ['a', 'b', 'c'].flatMap((seed) => [...new Set(leavesOf(new VirtualContent(seed, 40 * MIB)).map(hex))]);
  expect(new Set(leaves).size).toBe(leaves.length);
});

test('neighbouring leaves and parts of a virtual archive mostly differ, halves always', () => {
  const content = new VirtualContent('parts', 128 * MIB);
  for (const width of [1, 2, 4, 8]) {
    const parts = Array.from({ length: 128 / width }, (_, i) =>
      content.rangeTreeHash({ from: i * width, to: (i + 1) * width }),
    );
    const repeated = parts.filter((part, i) => part === parts[i + 1]);
    expect(repeated.length).toBeLessThanOrEqual(parts.length / 32);
    expect(parts.filter((part, i) => i % 2 === 0 && part === parts[i + 1])).toEqual([]);
  }
});

/** What is pinned here is part of the journals of sandboxes that hold virtual archives: it must never change. */
describe('a virtual archive is the same in every version', () => {
  test.each([
    ['1 byte', 1, '67586e98fad27da0b9968bc039a1ef34c939b9b8e523a8bef89d478608c5ecf6'],
    ['10 KiB', 10 * 1024, '3ba9b6e7bf76f06f8fb8dc0ff15915d581ffd84bac6eb4ac473a92d210a024dc'],
    ['100 MiB and a byte', 100 * MIB + 1, 'c23337b02d850c1a72ae4670bf6a25d176dda192c5793d5feb86d26f5ed60e41'],
    ['40,000 GiB', LARGEST_BYTES, '6ef0846be80266066db1481904dd70e98b3ca3c8a89932bc55131e1182c911bc'],
    ['40,000 GiB less a byte', LARGEST_BYTES - 1, 'f42fc4aed222b6a4b9507a4a3d5e288ab8c7315df3a24bccc6383ce21a5019b5'],
  ])('%s', (_name, sizeBytes, treeHash) => {
    expect(new VirtualContent('pinned', sizeBytes).treeHash()).toBe(treeHash);
  });
});

describe('the largest archive', () => {
  const content = new VirtualContent('pinned', LARGEST_BYTES);
  const leafCount = LARGEST_BYTES / MIB;

  test('has the root of its GiB subtrees', () => {
    const roots = Array.from({ length: 40_000 }, (_, i) =>
      content.rangeTreeHash({ from: i * 1024, to: (i + 1) * 1024 }),
    );
    expect(hex(treeRoot(roots.map((root) => Buffer.from(root, 'hex'))))).toBe(content.treeHash());
  });

  test('is read to its last byte', () => {
    const lastLeaves = [4, 3, 2, 1].map((back) => bytesOf(content, LARGEST_BYTES - back * MIB).subarray(0, MIB));
    const hashes = lastLeaves.map((leaf) => createHash('sha256').update(leaf).digest());
    expect(hex(treeRoot(hashes))).toBe(content.rangeTreeHash({ from: leafCount - 4, to: leafCount }));
    expect(bytesOf(content, LARGEST_BYTES - 5)).toEqual(lastLeaves.at(-1)?.subarray(-5));
  });
});
