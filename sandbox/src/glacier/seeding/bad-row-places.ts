import { BAD_ROW_KINDS, type BadRow, badRow, type BadRowKind } from './bad-rows';
import type { SeededArchive } from './seeded-archive';
import type { SeedSpec } from './seed-spec';

/** Spreads the bad rows of a specification evenly over the inventory: each follows the row of some archive. */
export class BadRowPlaces {
  private readonly total: number;

  constructor(private readonly spec: Pick<SeedSpec, 'seed' | 'count' | 'badRows'>) {
    this.total = BAD_ROW_KINDS.reduce((sum, kind) => sum + (spec.badRows[kind] ?? 0), 0);
  }

  /** The bad rows that follow the row of an archive. */
  behind(archive: SeededArchive): BadRow[] {
    const rows: BadRow[] = [];
    let number = Math.max(0, Math.floor((archive.position / this.spec.count) * this.total) - 1);
    while (number < this.total && this.placeOf(number) < archive.position) number++;
    for (; number < this.total && this.placeOf(number) === archive.position; number++) {
      rows.push(badRow(this.kindOf(number), this.spec.seed, number, archive));
    }
    return rows;
  }

  private placeOf(number: number): number {
    return Math.floor(((number + 0.5) * this.spec.count) / this.total);
  }

  private kindOf(number: number): BadRowKind {
    let rest = number;
    return BAD_ROW_KINDS.find((kind) => (rest -= this.spec.badRows[kind] ?? 0) < 0) ?? 'no-object';
  }
}
