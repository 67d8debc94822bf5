import { createHash } from 'node:crypto';
import { alignedLeaves, LeafHasher, MIB, treeRoot } from './tree-hash';

function rootOf(bytes: Buffer, pieceBytes = 65_537): string {
  const hasher = new LeafHasher();
  for (let at = 0; at < bytes.length; at += pieceBytes) hasher.update(bytes.subarray(at, at + pieceBytes));
  return treeRoot(hasher.leaves()).toString('hex');
}

const generated = (sizeBytes: number): Buffer => {
  const bytes = Buffer.alloc(sizeBytes);
  for (let i = 0; i < sizeBytes; i++) bytes[i] = (i * 31 + (i >>> 8)) & 255;
  return bytes;
};

test.each([
  ['nothing', Buffer.alloc(0), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
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
    Buffer.from('abc'.repeat(1_234_567)),
    '5a245eddef1227623912286af0a6dd6f1a3cd67ad3d768c1490c2f8a0fafeca9',
  ],
  ['gen 1', generated(1), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['gen 1,048,577', generated(1_048_577), '89d3d4b01609c52de479cd38a542f1b09d30232881e021179dd7f0451f32afff'],
  ['gen 3 MiB', generated(3 * MIB), '40c9bb5e3a94bde41eb783bf35b9a40fa8f871de03b6ec1764f1c84e6e48d192'],
  ['gen 5 MiB', generated(5 * MIB), 'f09ca617419c8ca3738337107305d503545c497d9942a5a04cb2d9348415f9ef'],
  ['gen 6.5 MiB', generated(6.5 * MIB), 'c3042d78e88139538e4587464f128a1c7884df85561dada7c13f9622594379f2'],
  ['gen 7 MiB', generated(7 * MIB), 'e50c9f2cc3275f7ede9f33e28812543fffe471a1369fb37d14c222543b66e5de'],
  ['gen 8,388,609', generated(8_388_609), '9b2818ac2a5325dcd57f890727e1b5f00761061f7edec419bba9739e9bcd87fd'],
])('the tree hash of %s is the published one', (_name, bytes, expected) => {
  expect(rootOf(bytes)).toBe(expected);
});

test('the tree hash does not depend on the sizes of the pieces', () => {
  const bytes = generated(2 * MIB + 5);
  expect(rootOf(bytes, 1000)).toBe(rootOf(bytes, bytes.length));
});

/** Ranges of whole MiB, `end` for the archive's end, that are aligned in an archive. */
function alignedRanges(archiveBytes: number): string[] {
  const mibs = Math.ceil(archiveBytes / MIB);
  return Array.from({ length: mibs }, (_, from) => from).flatMap((from) =>
    Array.from({ length: mibs - from }, (_, i) => from + i + 1)
      .filter((to) => alignedLeaves({ start: from * MIB, end: Math.min(to * MIB, archiveBytes) - 1 }, archiveBytes))
      .map((to) => `[${from},${to === mibs ? 'end' : to})`),
  );
}

test('aligned ranges are those of the developer guide', () => {
  expect(alignedRanges(5 * MIB).join(' ')).toBe('[0,1) [0,2) [0,4) [0,end) [1,2) [2,3) [2,4) [3,4) [4,end)');
  expect(alignedRanges(6.5 * MIB).join(' ')).toBe(
    '[0,1) [0,2) [0,4) [0,end) [1,2) [2,3) [2,4) [3,4) [4,5) [4,6) [4,end) [5,6) [6,end)',
  );
});

test('a range is aligned exactly when its root is a node of the tree', () => {
  for (const mibs of [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 33]) {
    const leaves = Array.from({ length: mibs }, (_, i) => createHash('sha256').update(String(i)).digest());
    const nodes = nodesOf(leaves);
    for (let from = 0; from < mibs; from++) {
      for (let to = from + 1; to <= mibs; to++) {
        const aligned = alignedLeaves({ start: from * MIB, end: to * MIB - 1 }, mibs * MIB) !== null;
        expect(aligned).toBe(nodes.has(treeRoot(leaves.slice(from, to)).toString('hex')));
      }
    }
  }
});

function nodesOf(leaves: readonly Buffer[]): Set<string> {
  if (leaves.length === 1) return new Set([treeRoot(leaves).toString('hex')]);
  const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  const [left, right] = [nodesOf(leaves.slice(0, half)), nodesOf(leaves.slice(half))];
  return new Set([...left, ...right, treeRoot(leaves).toString('hex')]);
}

test('a range that begins or ends inside a MiB is not aligned', () => {
  expect(alignedLeaves({ start: 1, end: MIB - 1 }, 5 * MIB)).toBeNull();
  expect(alignedLeaves({ start: 0, end: MIB }, 5 * MIB)).toBeNull();
});
