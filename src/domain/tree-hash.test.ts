import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { propertyRuns } from '../../test/support/property-runs';
import { MIB, MIN_PART_BYTES, SMALLEST_PART_BYTES, planParts, rangeOf, partLength } from './part-plan';
import { foldTree, foldTreeHex, hashLeaf, LEAF_BYTES } from './tree-hash';

const leavesOf = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.max(1, Math.ceil(bytes.length / LEAF_BYTES)) }, (_, leaf) =>
    hashLeaf(bytes.subarray(leaf * LEAF_BYTES, (leaf + 1) * LEAF_BYTES)),
  );
const treeHash = (bytes: Buffer): string => foldTree(leavesOf(bytes)).toString('hex');
const gen = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 1) bytes[i] = (i * 31 + (i >>> 8)) & 255;
  return bytes;
};

// Published by AWS and by users, and our own `gen` rows: see the vectors of the Glacier developer guide.
test.each([
  ['empty', Buffer.alloc(0), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['hello world', Buffer.from('hello world'), 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'],
  ['a x 1,024', Buffer.alloc(1024, 'a'), '2edc986847e209b4016e141a6dc8716d3207350f416969382d431539bf292e4a'],
  ['a x 1 MiB', Buffer.alloc(MIB, 'a'), '9bc1b2a288b26af7257a36277ae3816a7d4f16e89c1e7e77d0a5c48bad62b360'],
  ['a x 2 MiB', Buffer.alloc(2 * MIB, 'a'), '560c2c9333c719cb00cfdffee3ba293db17f58743cdd1f7e4055373ae6300afa'],
  ['a x 4 MiB', Buffer.alloc(4 * MIB, 'a'), '9491cb2ed1d4e7cd53215f4017c23ec4ad21d7050a1e6bb636c4f67e8cddb844'],
  [
    'a x 4 MiB + 20',
    Buffer.alloc(4 * MIB + 20, 'a'),
    '12f3cbd6101b981cde074039f6f728071da8879d6f632de8afc7cdf00661b08f',
  ],
  [
    'abc x 1,234,567',
    Buffer.alloc(3 * 1234567, 'abc'),
    '5a245eddef1227623912286af0a6dd6f1a3cd67ad3d768c1490c2f8a0fafeca9',
  ],
  ['gen 1', gen(1), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['gen 1,048,577', gen(MIB + 1), '89d3d4b01609c52de479cd38a542f1b09d30232881e021179dd7f0451f32afff'],
  ['gen 3 MiB', gen(3 * MIB), '40c9bb5e3a94bde41eb783bf35b9a40fa8f871de03b6ec1764f1c84e6e48d192'],
  ['gen 5 MiB', gen(5 * MIB), 'f09ca617419c8ca3738337107305d503545c497d9942a5a04cb2d9348415f9ef'],
  ['gen 6.5 MiB', gen(6.5 * MIB), 'c3042d78e88139538e4587464f128a1c7884df85561dada7c13f9622594379f2'],
  ['gen 7 MiB', gen(7 * MIB), 'e50c9f2cc3275f7ede9f33e28812543fffe471a1369fb37d14c222543b66e5de'],
  ['gen 8,388,609', gen(8 * MIB + 1), '9b2818ac2a5325dcd57f890727e1b5f00761061f7edec419bba9739e9bcd87fd'],
])('published vector: %s', (_name, bytes, expected) => {
  expect(treeHash(bytes)).toBe(expected);
});

/** The definition, written as a recursion: split at the largest power of two below the number of leaves. */
const byDefinition = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length === 1) return leaves[0] as Buffer;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return createHash('sha256')
    .update(byDefinition(leaves.slice(0, half)))
    .update(byDefinition(leaves.slice(half)))
    .digest();
};

test('the fold of the roots of aligned groups is the root, for any number of leaves and any power-of-two group', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 7 }), (count, power) => {
      const leaves = Array.from({ length: count }, (_, leaf) => hashLeaf(Buffer.from(String(leaf))));
      const group = 2 ** power;
      const roots: Buffer[] = [];
      for (let start = 0; start < count; start += group) roots.push(foldTree(leaves.slice(start, start + group)));
      expect(foldTree(roots)).toEqual(byDefinition(leaves));
      expect(foldTreeHex(roots.map((root) => root.toString('hex')))).toBe(byDefinition(leaves).toString('hex'));
    }),
    { numRuns: propertyRuns(100) },
  );
});

test('an empty row has no root', () => {
  expect(() => foldTree([])).toThrow(RangeError);
});

test('ranges and parts tile any archive size exactly, in powers of two, within the limits of S3', () => {
  const sizes = fc.integer({ min: 1, max: 40_000 * 1024 * MIB });
  fc.assert(
    fc.property(sizes, fc.constantFrom(SMALLEST_PART_BYTES, MIN_PART_BYTES), (sizeBytes, minPartBytes) => {
      const plan = planParts(sizeBytes, minPartBytes);
      expect(plan.partCount).toBeLessThanOrEqual(10_000);
      expect(plan.rangeCount).toBeLessThanOrEqual(500);
      expect(plan.partBytes).toBeLessThanOrEqual(5 * 1024 * MIB);
      expect(Number.isInteger(Math.log2(plan.partBytes / MIB))).toBe(true);
      expect(plan.rangeBytes % plan.partBytes).toBe(0);
      const ranges = Array.from({ length: plan.rangeCount }, (_, range) => rangeOf(plan, range));
      const starts = ranges.map(({ startByte, firstPart }) => [startByte, firstPart]);
      const ends = ranges.map(({ endByte, lastPart }) => [endByte, lastPart + 1]);
      expect([...starts, [sizeBytes, plan.partCount + 1]]).toEqual([[0, 1], ...ends]);
      const last = partLength(plan, plan.partCount);
      expect(last).toBeGreaterThan(0);
      expect((plan.partCount - 1) * plan.partBytes + last).toBe(sizeBytes);
    }),
    { numRuns: propertyRuns(100) },
  );
});

test('the largest archive Glacier holds is 10,000 parts of 4 GiB', () => {
  expect(planParts(40_000 * 1024 * MIB, MIN_PART_BYTES)).toMatchObject({ partBytes: 4096 * MIB, partCount: 10_000 });
});
