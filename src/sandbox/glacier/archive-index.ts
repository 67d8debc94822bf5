import type { Archive } from './model';

/** Glacier counts this much on top of each archive's bytes for its index and metadata. */
const OVERHEAD_BYTES = 32 * 1024;

/** A vault as its inventory shows it. */
export interface InventorySnapshot {
  readonly date: string;
  /** The inventory lists the archives up to this one. */
  readonly lastSequence: number;
  readonly archiveCount: number;
  /** With Glacier's overhead of 32 KiB for each archive. */
  readonly sizeBytes: number;
}

/** What handlers may ask; only the store changes it. */
export type Archives = Omit<ArchiveIndex, 'add' | 'delete' | 'takeInventory'>;

/**
 * The archives of a vault as they are, and as they were at the last inventory: an archive deleted since stays as a
 * tombstone, so that an inventory costs no copy of the list.
 */
export class ArchiveIndex {
  /** In ascending order of sequence: the living, and tombstones. */
  private readonly known = new Map<string, Archive>();
  /** Ids of tombstones, with the number of the last inventory that lists them. */
  private readonly tombstones = new Map<string, number>();
  private last: InventorySnapshot | null = null;
  private inventoryNumber = 0;
  private liveCount = 0;
  private liveBytes = 0;
  private lastSequence = 0;
  private changed = false;
  private readers = 0;

  /** Null before the first one. */
  get lastInventory(): InventorySnapshot | null {
    return this.last;
  }

  /** Whether an archive was stored or deleted since the last inventory. */
  get hasChanged(): boolean {
    return this.changed;
  }

  /** A living archive. */
  get(id: string): Archive | undefined {
    return this.tombstones.has(id) ? undefined : this.known.get(id);
  }

  /** An archive that lives, or that the last inventory lists. */
  find(id: string): Archive | undefined {
    const listedBy = this.tombstones.get(id);
    return listedBy === undefined || listedBy === this.inventoryNumber ? this.known.get(id) : undefined;
  }

  /** The living ones, in ascending order of sequence. */
  *living(): Generator<Archive> {
    for (const archive of this.known.values()) {
      if (!this.tombstones.has(archive.id)) yield archive;
    }
  }

  /**
   * Gives `read` the archives of the last inventory, in ascending order of sequence; none before the first one. Until
   * `read` is done, neither changes nor further inventories alter what it is given.
   */
  async readInventory<Result>(read: (listed: Iterable<Archive>) => Promise<Result>): Promise<Result> {
    this.readers += 1;
    try {
      return await read(this.listedBy(this.inventoryNumber, this.last?.lastSequence ?? 0));
    } finally {
      this.readers -= 1;
    }
  }

  add(archive: Archive): void {
    this.known.set(archive.id, archive);
    this.lastSequence = archive.sequence;
    this.changed = true;
    this.liveCount += 1;
    this.liveBytes += archive.sizeBytes + OVERHEAD_BYTES;
  }

  delete(id: string): void {
    const archive = this.get(id);
    if (archive === undefined) return;
    if (this.last !== null && archive.sequence <= this.last.lastSequence) {
      this.tombstones.set(id, this.inventoryNumber);
    } else {
      this.known.delete(id);
    }
    this.changed = true;
    this.liveCount -= 1;
    this.liveBytes -= archive.sizeBytes + OVERHEAD_BYTES;
  }

  takeInventory(date: string): void {
    this.last = {
      date,
      lastSequence: this.lastSequence,
      archiveCount: this.liveCount,
      sizeBytes: this.liveBytes,
    };
    this.inventoryNumber += 1;
    this.changed = false;
    if (this.readers === 0) this.bury();
  }

  private *listedBy(inventoryNumber: number, lastSequence: number): Generator<Archive> {
    for (const archive of this.known.values()) {
      if (archive.sequence > lastSequence) return;
      const lastListedBy = this.tombstones.get(archive.id);
      if (lastListedBy === undefined || lastListedBy >= inventoryNumber) yield archive;
    }
  }

  /** Forgets the tombstones that no inventory lists any more. */
  private bury(): void {
    for (const id of this.tombstones.keys()) this.known.delete(id);
    this.tombstones.clear();
  }
}
