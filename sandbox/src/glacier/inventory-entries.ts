import type { Archive } from './model';
import type { BadRow } from './seeding/bad-rows';

export interface InventoryEntry {
  readonly archive: Archive;
  /** Invalid rows after its own: usually none. */
  readonly badRowsBehind: readonly BadRow[];
}

interface SeedingEntries {
  readonly firstSequence: number;
  entriesAfter(sequence: number): Iterable<InventoryEntry>;
}

/** The entries of stored archives and of seedings behind a sequence, all in ascending order: no stored archive lies within a seeding. */
export function* inOrder(
  stored: Iterable<InventoryEntry>,
  seedings: readonly SeedingEntries[],
  afterSequence: number,
): Generator<InventoryEntry> {
  const waiting = [...seedings];
  for (const entry of stored) {
    for (let next = waiting[0]; next && next.firstSequence < entry.archive.sequence; next = waiting[0]) {
      yield* next.entriesAfter(afterSequence);
      waiting.shift();
    }
    if (entry.archive.sequence > afterSequence) yield entry;
  }
  for (const seeding of waiting) yield* seeding.entriesAfter(afterSequence);
}
