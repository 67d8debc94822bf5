import { CRASH_POINTS, type CrashPoint } from '../../src/crash-points';
import { drawKey, Draws } from 'glacier-sandbox/testing';
import type { CrashOrder } from './crash-order';

/** A point is reached about so often for each archive, and a process should die long before the run is over. */
const HITS_PER_ARCHIVE = 8;
const LEAST_HITS = 10;
/** Rare points get their turn only if a process may live until it comes to them, and common ones not at once. */
const MOST_HITS_OF_A_POINT = 8;

/** Share of the kills that go to points at which nobody has died yet. */
const EXPLORING = 0.6;

/** Gives out so many orders to die, all drawn from a seed: first to see points of which nobody has died, then at random. */
export class CrashPlan {
  private readonly draws: Draws;
  private readonly unseen: Set<CrashPoint>;
  private readonly meanHits: number;
  private given = 0;

  constructor(
    seed: string,
    private readonly kills: number,
    archives: number,
  ) {
    this.draws = new Draws(drawKey(seed, 'crashes'), 0);
    this.meanHits = Math.max(LEAST_HITS, (HITS_PER_ARCHIVE * archives) / Math.max(1, kills));
    const points = [...CRASH_POINTS];
    const explored = Math.min(points.length, Math.ceil(EXPLORING * kills));
    this.unseen = new Set();
    while (this.unseen.size < explored) this.unseen.add(this.draws.pick(points));
  }

  /** Null when all orders have been given out. */
  next(): CrashOrder | null {
    if (this.given === this.kills) return null;
    this.given += 1;
    const atLatest = 1 + this.draws.below(2 * this.meanHits);
    const point = this.draws.pick(CRASH_POINTS);
    const hit = 1 + this.draws.below(MOST_HITS_OF_A_POINT);
    return { first: [...this.unseen], at: { point, hit }, atLatest };
  }

  died(point: CrashPoint): void {
    this.unseen.delete(point);
  }
}

/** Kills once at every point, in the order in which a run comes to them. */
export class EveryPoint {
  readonly unseen = new Set<CrashPoint>(CRASH_POINTS);

  next(): CrashOrder | null {
    return this.unseen.size === 0 ? null : { first: [...this.unseen], at: null, atLatest: null };
  }

  died(point: CrashPoint): void {
    this.unseen.delete(point);
  }
}
