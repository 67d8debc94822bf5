import { inOrder, type InventoryEntry } from './inventory-entries';
import type { Archive, StoredArchive } from './model';
import { SeededArchives, type Seeding } from './seeding/seeded-archives';
import { StoredArchives } from './stored-archives';

/** Glacier adds this much to each archive's size for its index and metadata. */
const OVERHEAD_BYTES = 32 * 1024;

/** A vault as its inventory shows it. */
export interface InventorySnapshot {
  readonly date: string;
  readonly archiveCount: number;
  /** With Glacier's overhead of 32 KiB for each archive; may exceed what a double holds exactly. */
  readonly sizeBytes: bigint;
}

/** What one inventory lists, independent of later changes to the vault. */
export interface PinnedInventory extends Pick<InventorySnapshot, 'date'> {
  /** In ascending order of sequence, after one: a new iteration each time. */
  entriesAfter(sequence: number): Iterable<InventoryEntry>;
  /** Must be called once, as the last call. */
  release(): void;
}

/** The read interface for handlers; only the store changes it. */
export type Archives = Omit<ArchiveIndex, 'add' | 'seed' | 'delete' | 'takeInventory' | 'pinInventory'>;

/**
 * The archives of a vault, stored and seeded, in their current state and at the last inventory. An inventory costs no
 * copy of the list, and a seeded archive only one bit of memory.
 */
export class ArchiveIndex {
  private readonly stored = new StoredArchives();
  /** In ascending order of sequence; no stored archive lies within one. */
  private readonly seedings: SeededArchives[] = [];
  private last: InventorySnapshot | null = null;
  private liveCount = 0;
  private liveBytes = 0n;
  private changed = false;
  private pins = 0;

  /** Null before the first one. */
  get lastInventory(): InventorySnapshot | null {
    return this.last;
  }

  /** Whether an archive was stored or deleted since the last inventory. */
  get hasChanged(): boolean {
    return this.changed;
  }

  /** An existing archive. */
  get(id: string): Archive | undefined {
    return this.stored.get(id) ?? firstFound(this.seedings, (seeding) => seeding.get(id));
  }

  /** An archive that exists, or that the last inventory lists. */
  find(id: string): Archive | undefined {
    return this.stored.find(id) ?? firstFound(this.seedings, (seeding) => seeding.find(id));
  }

  /** The existing ones that clients stored, in ascending order of sequence. */
  livingStored(): Iterable<StoredArchive> {
    return this.stored.living();
  }

  /** Whether archives were seeded with this seed: seeding again would create the same ids. */
  hasSeed(seed: string): boolean {
    return this.seedings.some(({ seeding }) => seeding.spec.seed === seed);
  }

  add(archive: StoredArchive): void {
    this.stored.add(archive);
    this.count(1, BigInt(archive.sizeBytes));
  }

  seed(seeding: Seeding): void {
    this.seedings.push(new SeededArchives(seeding));
    this.count(seeding.spec.count, BigInt(seeding.totalBytes));
  }

  delete(id: string): void {
    const stored = this.stored.get(id);
    if (stored !== undefined) {
      this.stored.delete(stored);
      this.count(-1, -BigInt(stored.sizeBytes));
      return;
    }
    for (const seeding of this.seedings) {
      const seeded = seeding.get(id);
      if (seeded === undefined) continue;
      seeding.delete(seeded);
      this.count(-1, -BigInt(seeded.sizeBytes));
      return;
    }
  }

  takeInventory(date: string): void {
    this.last = { date, archiveCount: this.liveCount, sizeBytes: this.liveBytes };
    this.stored.takeInventory();
    for (const seeding of this.seedings) seeding.takeInventory();
    this.changed = false;
    this.bury();
  }

  /** @throws Error before the first inventory */
  pinInventory(): PinnedInventory {
    if (this.last === null) throw new Error('The vault has no inventory yet.');
    this.pins += 1;
    const storedEntries = this.stored.lastInventory();
    const seedings = this.seedings.map((each) => ({
      firstSequence: each.seeding.firstSequence,
      entriesAfter: each.lastInventory(),
    }));
    return {
      date: this.last.date,
      entriesAfter: (sequence) => inOrder(storedEntries(), seedings, sequence),
      release: () => {
        this.pins -= 1;
        this.bury();
      },
    };
  }

  private count(archives: number, bytes: bigint): void {
    this.changed = true;
    this.liveCount += archives;
    this.liveBytes += bytes + BigInt(archives * OVERHEAD_BYTES);
  }

  private bury(): void {
    if (this.pins === 0) this.stored.bury();
  }
}

function firstFound<Source, Found>(sources: readonly Source[], find: (source: Source) => Found | undefined) {
  for (const source of sources) {
    const found = find(source);
    if (found !== undefined) return found;
  }
  return undefined;
}
