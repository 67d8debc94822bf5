import { createHash, type Hash } from 'node:crypto';
import type { ByteRange } from './range';

export const MIB = 1024 * 1024;
export const LEAF_BYTES = 32;

/**
 * Root of the tree over `nodes`, which stand for neighbouring subtrees of one power-of-two size (the last may be smaller):
 * the leaves of an archive, or the roots of its parts. An odd last node moves up unchanged.
 */
export function treeRoot(nodes: readonly Buffer[]): Buffer {
  let level = nodes;
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = level.slice(i, i + 2);
      if (left === undefined) break;
      above.push(right === undefined ? left : createHash('sha256').update(left).update(right).digest());
    }
    level = above;
  }
  return level[0] ?? createHash('sha256').digest();
}

/** Cuts a stream of bytes into 1 MiB blocks and keeps the SHA-256 of each: the leaves of Glacier's tree hash. */
export class LeafHasher {
  private readonly finished: Buffer[] = [];
  private block: Hash = createHash('sha256');
  private blockBytes = 0;

  update(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length) {
      const to = Math.min(bytes.length, from + MIB - this.blockBytes);
      this.block.update(bytes.subarray(from, to));
      this.blockBytes += to - from;
      from = to;
      if (this.blockBytes === MIB) this.closeBlock();
    }
  }

  /** Every leaf, the short last one too; one hash of the empty string for empty input. Ends the hasher. */
  leaves(): readonly Buffer[] {
    if (this.blockBytes > 0 || this.finished.length === 0) this.closeBlock();
    return this.finished;
  }

  private closeBlock(): void {
    this.finished.push(this.block.digest());
    this.block = createHash('sha256');
    this.blockBytes = 0;
  }
}

/** The leaves [from, to) below a range of whole MiB. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** The leaves of a range with both ends on MiB (or on the archive's end), or null for any other range. */
export function wholeLeaves(range: ByteRange, archiveBytes: number): LeafRange | null {
  const end = range.end + 1;
  if (range.start % MIB !== 0 || (end % MIB !== 0 && end !== archiveBytes)) return null;
  return { from: range.start / MIB, to: Math.ceil(end / MIB) };
}

/**
 * The leaves of a range that is tree-hash aligned in an archive, or null when it is not: both ends on MiB (or the
 * archive's end), and the leaves exactly those below one node of the archive's tree.
 */
export function alignedLeaves(range: ByteRange, archiveBytes: number): LeafRange | null {
  const leaves = wholeLeaves(range, archiveBytes);
  if (leaves === null) return null;
  const { from, to } = leaves;
  const width = powerOfTwoFrom(to - from);
  const whole = to - from === width || to === Math.ceil(archiveBytes / MIB);
  return from % width === 0 && whole ? leaves : null;
}

function powerOfTwoFrom(least: number): number {
  let power = 1;
  while (power < least) power *= 2;
  return power;
}
