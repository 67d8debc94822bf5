import { ARCHIVE_STATES, type ByteCounts, type Counts, type Tally } from '../wire/progress';

/** States of an archive, and `excluded` for what the filter excludes. */
export const COLUMNS = [...ARCHIVE_STATES, 'excluded'] as const;
type Column = (typeof COLUMNS)[number];

/** Counts of archives and bytes by state. Bytes are bigint inside, since totals may exceed a safe number. */
export class TallyBook {
  private readonly archives = new Map<Column, number>(COLUMNS.map((column) => [column, 0]));
  private readonly bytes = new Map<Column, bigint>(COLUMNS.map((column) => [column, 0n]));

  /** A tally that starts from another one's wire format. */
  static from(tally: Tally): TallyBook {
    return new TallyBook().plus(tally);
  }

  add(column: Column, sizeBytes: number | bigint, archives = 1): void {
    this.archives.set(column, this.count(column) + archives);
    this.bytes.set(column, this.size(column) + BigInt(sizeBytes));
  }

  /** One archive changes its state. */
  move(from: Column, to: Column, sizeBytes: number): void {
    this.add(from, -sizeBytes, -1);
    this.add(to, sizeBytes);
  }

  /** Adds another tally to this one; returns this one. */
  plus(tally: Tally): this {
    for (const column of COLUMNS) this.add(column, BigInt(tally.bytes[column]), tally.archives[column]);
    return this;
  }

  /** Archives to be moved that are not yet verified, failed or skipped. */
  get open(): number {
    return this.count('waiting') + this.count('requested') + this.count('ready') + this.count('moving');
  }

  /** Their bytes. */
  get openBytes(): bigint {
    return this.size('waiting') + this.size('requested') + this.size('ready') + this.size('moving');
  }

  count(column: Column): number {
    return this.archives.get(column) ?? 0;
  }

  size(column: Column): bigint {
    return this.bytes.get(column) ?? 0n;
  }

  /** Totals do not include what is excluded. */
  toWire(): Tally {
    const moved = COLUMNS.filter((column) => column !== 'excluded');
    return {
      archives: {
        total: moved.reduce((sum, column) => sum + this.count(column), 0),
        ...(Object.fromEntries(this.archives) as Omit<Counts, 'total'>),
      },
      bytes: {
        total: String(moved.reduce((sum, column) => sum + this.size(column), 0n)),
        ...(Object.fromEntries([...this.bytes].map(([column, bytes]) => [column, String(bytes)])) as unknown as Omit<
          ByteCounts,
          'total'
        >),
      },
    };
  }
}

/** A tally of zeros. */
export const emptyTally = (): Tally => new TallyBook().toWire();
