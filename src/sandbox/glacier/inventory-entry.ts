import type { Archive } from './model';
import type { BadRow } from './seeding/bad-rows';

export interface InventoryEntry {
  readonly archive: Archive;
  /** Rows that are no archives and stand behind its own: most often none. */
  readonly badRowsBehind: readonly BadRow[];
}
