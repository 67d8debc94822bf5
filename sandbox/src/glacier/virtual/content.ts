import { hash } from 'node:crypto';
import type { ByteRange } from '../range';
import { type LeafRange, MIB } from '../tree-hash';
import { Noise, TAG_BYTES } from './noise';

/**
 * The bytes of an archive that is not stored: they follow from a seed and a size.
 *
 * Each leaf (1 MiB, the last one possibly shorter) is noise that all archives share, and a tag in its last 64 bytes. A leaf
 * of less than 64 bytes is the start of a tag. The tag follows from the seed and the leaf's type, one of a few, which
 * follows from the leaf's number in such a way that a whole subtree of the tree hash follows from its level and type:
 * so even the largest archive has few different nodes.
 */
export class VirtualContent {
  private readonly noise = Noise.shared();
  private readonly key: Buffer;
  /** Roots of whole subtrees, by level and type. Nodes are hex: Node creates short strings much faster than buffers. */
  private readonly roots = new Map<number, string>();
  private readonly leafCount: number;
  private readonly wholeLeaves: number;

  /** @param sizeBytes from 1 to 40,000 GiB */
  constructor(
    seed: string,
    readonly sizeBytes: number,
  ) {
    this.key = hash('sha512', seed, 'buffer');
    this.leafCount = Math.ceil(sizeBytes / MIB);
    this.wholeLeaves = Math.floor(sizeBytes / MIB);
  }

  /** The bytes of a range, as views of shared memory: copy them before changing them. */
  *read(range: ByteRange): Generator<Buffer> {
    const end = range.end + 1;
    for (let at = range.start; at < end; at = Math.min(end, at - (at % MIB) + MIB)) {
      const leafStart = at - (at % MIB);
      const leafEnd = Math.min(leafStart + MIB, this.sizeBytes);
      const tagStart = Math.max(leafStart, leafEnd - TAG_BYTES);
      const to = Math.min(end, leafEnd);
      if (at < tagStart) yield this.noise.bytes.subarray(at - leafStart, Math.min(to, tagStart) - leafStart);
      if (to > tagStart) {
        const tag = this.tag(subtreeType(leafStart / MIB, 0));
        yield tag.subarray(Math.max(at - tagStart, 0), to - tagStart);
      }
    }
  }

  /** Tree hash of the whole archive, hex. */
  treeHash(): string {
    return this.rangeTreeHash({ from: 0, to: this.leafCount });
  }

  /** Tree hash over leaves that are exactly those below one node of the archive's tree, hex: see `alignedLeaves`. */
  rangeTreeHash({ from, to }: LeafRange): string {
    const level = 32 - Math.clz32(to - from - 1);
    return this.node(level, subtreeType(from, level), from);
  }

  /** Root of the subtree that starts at a leaf; the archive may end inside. An odd last node moves up unchanged. */
  private node(level: number, type: number, firstLeaf: number): string {
    if (firstLeaf + 2 ** level <= this.wholeLeaves) return this.wholeNode(level, type);
    if (level === 0) return this.leaf(type, this.sizeBytes % MIB);
    const left = this.node(level - 1, halfType(type, level, 0), firstLeaf);
    const middle = firstLeaf + 2 ** (level - 1);
    return middle < this.leafCount ? joined(left, this.node(level - 1, halfType(type, level, 1), middle)) : left;
  }

  private wholeNode(level: number, type: number): string {
    const known = this.roots.get(level * LEAF_TYPES + type);
    if (known !== undefined) return known;
    const root =
      level === 0
        ? this.leaf(type, MIB)
        : joined(
            this.wholeNode(level - 1, halfType(type, level, 0)),
            this.wholeNode(level - 1, halfType(type, level, 1)),
          );
    this.roots.set(level * LEAF_TYPES + type, root);
    return root;
  }

  private leaf(type: number, leafBytes: number): string {
    const tag = this.tag(type);
    return leafBytes < TAG_BYTES
      ? this.noise.leafHash(0, tag.subarray(0, leafBytes))
      : this.noise.leafHash(leafBytes - TAG_BYTES, tag);
  }

  /** The type is in the first byte, which even the shortest leaf has. */
  private tag(type: number): Buffer {
    const tag = Buffer.from(this.key);
    tag.writeUInt8(tag.readUInt8(0) ^ type, 0);
    return tag;
  }
}

const joined = (left: string, right: string): string => hash('sha256', Buffer.from(left + right, 'hex'));

/** A prime, and 3 does not divide 58: cubing permutes the types. */
const LEAF_TYPES = 59;

/** Levels of the tree over the 40,960,000 leaves of the largest archive, 40,000 GiB: a subtree of level n has 2^n leaves. */
const TOP_LEVEL = 26;

/**
 * The type of one of the two halves of a subtree. Halves of one subtree always differ; and since each step permutes the
 * types, subtrees of different types differ in every leaf.
 * @param level of the subtree
 * @param side 0 left, 1 right
 */
function halfType(type: number, level: number, side: number): number {
  const sum = type + 7 * level + 23 * side;
  return (sum * sum * sum) % LEAF_TYPES;
}

/** The type of the subtree of `level` that starts at a leaf, in an infinitely large archive. */
function subtreeType(firstLeaf: number, level: number): number {
  let type = 0;
  for (let above = TOP_LEVEL; above > level; above--) type = halfType(type, above, (firstLeaf >> (above - 1)) & 1);
  return type;
}
