import { setImmediate } from 'node:timers/promises';
import { ArchivePlan } from './archive-plan';
import { BadRowPlaces } from './bad-row-places';
import type { BadRow } from './bad-rows';
import type { SeededArchive } from './seeded-archive';
import type { SeedSpec } from './seed-spec';

/** What a journal keeps of a seeding: plain JSON, the same size for any number of archives. */
export interface Seeding {
  readonly spec: SeedSpec;
  /** Of the first archive; the others follow without a gap. */
  readonly firstSequence: number;
  /** Of all archives together, decimal: more than a double holds exactly. */
  readonly totalBytes: string;
}

const SIZES_AT_A_TIME = 20_000;
/** Sums below this of sizes up to 40,000 GiB stay exact as doubles. */
const EXACT_BYTES = 2 ** 52;

/** Adds up the sizes, letting other work in between: about 0.2 s for a million archives. */
export async function prepareSeeding(spec: SeedSpec, firstSequence: number): Promise<Seeding> {
  const plan = new ArchivePlan(spec);
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
  return { spec, firstSequence, totalBytes: String(total + BigInt(sum)) };
}

/** The archives of a seeding, less those deleted since: one bit of memory for each. */
export class SeededArchives {
  private readonly plan: ArchivePlan;
  private readonly badRows: BadRowPlaces;
  private readonly deletedBits: Uint8Array;
  private live: number;
  private bytes: bigint;

  constructor(private readonly seeding: Seeding) {
    this.plan = new ArchivePlan(seeding.spec);
    this.badRows = new BadRowPlaces(seeding.spec);
    this.deletedBits = new Uint8Array(Math.ceil(seeding.spec.count / 8));
    this.live = seeding.spec.count;
    this.bytes = BigInt(seeding.totalBytes);
  }

  /** Of those not deleted. */
  get count(): number {
    return this.live;
  }

  /** Of those not deleted. */
  get totalBytes(): bigint {
    return this.bytes;
  }

  get(archiveId: string): SeededArchive | undefined {
    const position = this.plan.positionOf(archiveId);
    return position === null || this.isDeleted(position) ? undefined : this.plan.archiveAt(position);
  }

  /** False for an id that is none of these, or deleted already. */
  delete(archiveId: string): boolean {
    const position = this.plan.positionOf(archiveId);
    if (position === null || this.isDeleted(position)) return false;
    this.deletedBits[position >> 3] = this.bitsAround(position) | (1 << (position & 7));
    this.live -= 1;
    this.bytes -= BigInt(this.plan.sizeAt(position));
    return true;
  }

  /** Those not deleted, oldest first, from a position on. */
  *from(position: number): Generator<SeededArchive> {
    for (let at = position; at < this.seeding.spec.count; at++) {
      if (!this.isDeleted(at)) yield this.plan.archiveAt(at);
    }
  }

  /** What an inventory lists behind an archive: most often nothing. */
  badRowsBehind(archive: SeededArchive): readonly BadRow[] {
    return this.badRows.behind(archive);
  }

  sequenceOf(archive: SeededArchive): number {
    return this.seeding.firstSequence + archive.position;
  }

  private isDeleted(position: number): boolean {
    return (this.bitsAround(position) & (1 << (position & 7))) !== 0;
  }

  private bitsAround(position: number): number {
    return this.deletedBits[position >> 3] ?? 0;
  }
}
