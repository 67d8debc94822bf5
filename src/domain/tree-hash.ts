import { hash } from 'node:crypto';

/** Size of a leaf of Glacier's tree hash. */
export const LEAF_BYTES = 1024 * 1024;

/** SHA-256 of one leaf (at most 1 MiB), 32 bytes. */
export const hashLeaf = (leaf: Uint8Array): Buffer => hash('sha256', leaf, 'buffer');

/**
 * Root of a row of adjacent nodes of equal height, of which only the last may cover less than the others:
 * leaf digests of a part, part roots of a range, range roots of an archive.
 * Pairs are hashed as SHA-256(left || right); an odd last node moves up unchanged.
 * Source: Glacier developer guide, "Computing Checksums".
 * @throws RangeError on an empty row; the root of an empty input is `hashLeaf` of nothing.
 */
export function foldTree(nodes: readonly Buffer[]): Buffer {
  let row = nodes;
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let left = 0; left < row.length; left += 2) {
      const pair = row.slice(left, left + 2);
      above.push(pair.length === 2 ? hash('sha256', Buffer.concat(pair), 'buffer') : (pair[0] as Buffer));
    }
    row = above;
  }
  const root = row[0];
  if (root === undefined) throw new RangeError('a tree hash needs at least one node');
  return root;
}

/** {@link foldTree} over lower-case hex digests. */
export const foldTreeHex = (nodes: readonly string[]): string =>
  foldTree(nodes.map((node) => Buffer.from(node, 'hex'))).toString('hex');
