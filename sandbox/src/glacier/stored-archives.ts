import type { InventoryEntry } from './inventory-entries';
import type { StoredArchive } from './model';

/** The archives that clients stored, in their current state and at the last inventory: those deleted since stay as tombstones. */
export class StoredArchives {
  /** In ascending order of sequence: existing archives and tombstones. */
  private readonly known = new Map<string, StoredArchive>();
  /** Ids of tombstones, with the number of the last inventory that lists them. */
  private readonly tombstones = new Map<string, number>();
  private inventoryNumber = 0;
  private lastSequence = 0;
  /** Of the last archive that the last inventory may list. */
  private inventoriedSequence = 0;

  /** An existing one. */
  get(id: string): StoredArchive | undefined {
    return this.tombstones.has(id) ? undefined : this.known.get(id);
  }

  /** One that exists, or that the last inventory lists. */
  find(id: string): StoredArchive | undefined {
    const listedBy = this.tombstones.get(id);
    return listedBy === undefined || listedBy === this.inventoryNumber ? this.known.get(id) : undefined;
  }

  /** In ascending order of sequence. */
  *living(): Generator<StoredArchive> {
    for (const archive of this.known.values()) {
      if (!this.tombstones.has(archive.id)) yield archive;
    }
  }

  add(archive: StoredArchive): void {
    this.known.set(archive.id, archive);
    this.lastSequence = archive.sequence;
  }

  /** Of an existing one. */
  delete({ id, sequence }: StoredArchive): void {
    if (sequence <= this.inventoriedSequence) this.tombstones.set(id, this.inventoryNumber);
    else this.known.delete(id);
  }

  takeInventory(): void {
    this.inventoriedSequence = this.lastSequence;
    this.inventoryNumber += 1;
  }

  /**
   * What the last inventory lists, in ascending order of sequence: independent of later changes until `bury` is called.
   * @returns a list that can be iterated repeatedly
   */
  lastInventory(): () => Generator<InventoryEntry> {
    const { inventoryNumber, inventoriedSequence } = this;
    return () => this.entries(inventoryNumber, inventoriedSequence);
  }

  /** Removes the tombstones that the last inventory does not list. */
  bury(): void {
    for (const [id, lastListedBy] of this.tombstones) {
      if (lastListedBy >= this.inventoryNumber) continue;
      this.known.delete(id);
      this.tombstones.delete(id);
    }
  }

  private *entries(inventoryNumber: number, lastSequence: number): Generator<InventoryEntry> {
    for (const archive of this.known.values()) {
      if (archive.sequence > lastSequence) return;
      const lastListedBy = this.tombstones.get(archive.id);
      if (lastListedBy === undefined || lastListedBy >= inventoryNumber) yield { archive, badRowsBehind: [] };
    }
  }
}
