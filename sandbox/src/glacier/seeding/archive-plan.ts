import { archiveIdAt, positionOfId } from './archive-id';
import { type DrawKey, drawKey, Draws } from '../../draws';
import { describeFile } from './names/description';
import { drawFile } from './names/file';
import { SeededArchive } from './seeded-archive';
import { drawSize } from './sizes';
import type { SeedSpec } from './seed-spec';

/** The archives of a specification, each computed on demand; their sequences are consecutive. */
export class ArchivePlan {
  private readonly sizeKey: DrawKey;
  private readonly nameKey: DrawKey;
  private readonly intervalMs: number;

  constructor(
    private readonly spec: SeedSpec,
    private readonly firstSequence: number,
  ) {
    this.sizeKey = drawKey(spec.seed, 'sizes');
    this.nameKey = drawKey(spec.seed, 'names');
    this.intervalMs = Math.floor((spec.created.toMs - spec.created.fromMs) / spec.count);
  }

  /** @param position from 0, below the specification's count */
  archiveAt(position: number): SeededArchive {
    return new SeededArchive(
      position,
      this.firstSequence + position,
      archiveIdAt(this.spec.seed, position),
      this.descriptionAt(position),
      new Date(this.createdMsAt(position)).toISOString(),
      this.sizeAt(position),
    );
  }

  /** Null for an id that is none of these archives'. */
  positionOf(archiveId: string): number | null {
    return positionOfId(this.spec.seed, this.spec.count, archiveId);
  }

  /** Much cheaper than computing the whole archive. */
  sizeAt(position: number): number {
    return drawSize(this.spec.sizes, new Draws(this.sizeKey, position));
  }

  private createdMsAt(position: number): number {
    return this.spec.created.fromMs + position * this.intervalMs;
  }

  /** A duplicate has the description of an earlier archive, which may be a duplicate too. */
  private descriptionAt(position: number): string {
    let source = position;
    let draws = new Draws(this.nameKey, source);
    while (draws.fraction() < this.spec.duplicates && source > 0) {
      source = draws.below(source);
      draws = new Draws(this.nameKey, source);
    }
    const { style } = draws.pickByWeight(this.spec.names);
    return describeFile(style, drawFile(draws, source, this.createdMsAt(source), this.sizeAt(source)), draws);
  }
}
