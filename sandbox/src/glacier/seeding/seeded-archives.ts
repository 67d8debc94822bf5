import { setImmediate } from 'node:timers/promises';
import type { InventoryEntry } from '../inventory-entries';
import { ArchivePlan } from './archive-plan';
import { BadRowPlaces } from './bad-row-places';
import type { SeedSpec } from './seed-spec';
import type { SeededArchive } from './seeded-archive';

/** A set of whole numbers below a limit, one bit each. */
class BitSet {
  private bits: Uint8Array;

  constructor(limit: number) {
    this.bits = new Uint8Array(Math.ceil(limit / 8));
  }

  has(number: number): boolean {
    return (this.byteOf(number) & (1 << (number & 7))) !== 0;
  }

  add(number: number): void {
    this.bits[number >> 3] = this.byteOf(number) | (1 << (number & 7));
  }

  copy(): BitSet {
    const copy = new BitSet(0);
    copy.bits = this.bits.slice();
    return copy;
  }

  private byteOf(number: number): number {
    return this.bits[number >> 3] ?? 0;
  }
}

/** What the journal stores of a seeding: plain JSON, the same size for any number of archives. */
export interface Seeding {
  readonly spec: SeedSpec;
  /** Of the first archive; the others follow consecutively. */
  readonly firstSequence: number;
  /** Of all archives together, decimal: may exceed what a double holds exactly. */
  readonly totalBytes: string;
}

const SIZES_AT_A_TIME = 20_000;
/** Sums below this of sizes up to 40,000 GiB stay exact as doubles. */
const EXACT_BYTES = 2 ** 52;

/** The bytes of all archives together, yielding to the event loop: about 0.2 s for a million archives. */
export async function totalBytesOf(spec: SeedSpec): Promise<bigint> {
  const plan = new ArchivePlan(spec, 0);
  let total = 0n;
  let sum = 0;
  for (let position = 0; position < spec.count; position++) {
    sum += plan.sizeAt(position);
    if (sum > EXACT_BYTES) {
      total += BigInt(sum);
      sum = 0;
    }
    if (position % SIZES_AT_A_TIME === SIZES_AT_A_TIME - 1) await setImmediate();
  }
  return total + BigInt(sum);
}

/**
 * The archives of a seeding, in their current state and at the last inventory. Deletions are one bit per archive,
 * in sets that are immutable once an inventory uses them.
 */
export class SeededArchives {
  private readonly plan: ArchivePlan;
  private readonly badRows: BadRowPlaces;
  private deleted: BitSet;
  /** Those that the last inventory does not list; null before the first one, which lists none. */
  private unlisted: BitSet | null = null;
  /** One request needs the same archive several times. */
  private askedLast: SeededArchive | undefined;

  constructor(readonly seeding: Seeding) {
    this.plan = new ArchivePlan(seeding.spec, seeding.firstSequence);
    this.badRows = new BadRowPlaces(seeding.spec);
    this.deleted = new BitSet(seeding.spec.count);
  }

  /** An existing one. */
  get(archiveId: string): SeededArchive | undefined {
    const archive = this.archiveOf(archiveId);
    return archive === undefined || this.deleted.has(archive.position) ? undefined : archive;
  }

  /** One that exists, or that the last inventory lists. */
  find(archiveId: string): SeededArchive | undefined {
    const archive = this.archiveOf(archiveId);
    if (archive === undefined) return undefined;
    const isKnown = !this.deleted.has(archive.position) || this.unlisted?.has(archive.position) === false;
    return isKnown ? archive : undefined;
  }

  /** Of an existing one. */
  delete({ position }: SeededArchive): void {
    if (this.deleted === this.unlisted) this.deleted = this.deleted.copy();
    this.deleted.add(position);
  }

  takeInventory(): void {
    this.unlisted = this.deleted;
  }

  /**
   * What the last inventory lists, independent of later changes: in ascending order of sequence, after one.
   * @returns a list that can be iterated repeatedly
   */
  lastInventory(): (afterSequence: number) => Iterable<InventoryEntry> {
    const { unlisted } = this;
    return (afterSequence) => (unlisted === null ? [] : this.entries(unlisted, afterSequence));
  }

  private archiveOf(archiveId: string): SeededArchive | undefined {
    if (this.askedLast?.id === archiveId) return this.askedLast;
    const position = this.plan.positionOf(archiveId);
    if (position === null) return undefined;
    this.askedLast = this.plan.archiveAt(position);
    return this.askedLast;
  }

  private *entries(unlisted: BitSet, afterSequence: number): Generator<InventoryEntry> {
    const { firstSequence, spec } = this.seeding;
    for (let position = Math.max(0, afterSequence + 1 - firstSequence); position < spec.count; position++) {
      if (unlisted.has(position)) continue;
      const archive = this.plan.archiveAt(position);
      yield { archive, badRowsBehind: this.badRows.behind(archive) };
    }
  }
}
