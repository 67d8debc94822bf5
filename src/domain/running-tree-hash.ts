import type { SubtreeRoot } from '../wire/transfer';
import { foldTree, hashLeaf } from './tree-hash';

interface Subtree {
  /** Leaves below it: a power of two. */
  readonly leaves: number;
  readonly root: Buffer;
}

/**
 * The tree hash of bytes that arrive leaf by leaf, in constant memory: keeps only the roots of full
 * subtrees, each smaller than the one before it.
 */
export class RunningTreeHash {
  private readonly subtrees: Subtree[];

  /** @param roots of an earlier hash of the same bytes, to continue after them */
  constructor(roots: readonly SubtreeRoot[] = []) {
    this.subtrees = roots.map(({ leaves, root }) => ({ leaves, root: Buffer.from(root, 'hex') }));
  }

  get roots(): SubtreeRoot[] {
    return this.subtrees.map(({ leaves, root }) => ({ leaves, root: root.toString('hex') }));
  }

  /** @param leaf 1 MiB; only the last one may be shorter */
  add(leaf: Uint8Array): void {
    let grown: Subtree = { leaves: 1, root: hashLeaf(leaf) };
    for (let left = this.subtrees.at(-1); left?.leaves === grown.leaves; left = this.subtrees.at(-1)) {
      this.subtrees.pop();
      grown = { leaves: 2 * grown.leaves, root: foldTree([left.root, grown.root]) };
    }
    this.subtrees.push(grown);
  }

  /** Lower-case hex of the root. @throws RangeError when no leaf was added */
  hex(): string {
    // An odd last node moves up unchanged until it meets the next larger subtree.
    const roots = this.subtrees.map(({ root }) => root);
    const right = roots.pop();
    if (right === undefined) throw new RangeError('a tree hash needs at least one leaf');
    return roots.reduceRight((last, left) => foldTree([left, last]), right).toString('hex');
  }
}
