/** A prime, and 3 does not divide 58: cubing permutes the types. */
export const LEAF_TYPES = 59;

/** Levels of the tree over the 40,960,000 leaves of the largest archive, 40,000 GiB: a subtree of level n has 2^n leaves. */
export const TOP_LEVEL = 26;

/**
 * The type of one of the two halves of a subtree. Halves of one subtree always differ; and since each step permutes the
 * types, subtrees of different types differ in every leaf.
 * @param level of the subtree
 * @param side 0 left, 1 right
 */
export function halfType(type: number, level: number, side: number): number {
  const sum = type + 7 * level + 23 * side;
  return (sum * sum * sum) % LEAF_TYPES;
}

/** The type of the subtree of `level` that begins at a leaf, in an infinitely large archive. */
export function subtreeType(firstLeaf: number, level: number): number {
  let type = 0;
  for (let above = TOP_LEVEL; above > level; above--) type = halfType(type, above, (firstLeaf >> (above - 1)) & 1);
  return type;
}
