import { CRASH_POINTS, type CrashPoint } from '../../src/crash-points';
import { drawKey, Draws } from 'glacier-sandbox/testing';
import type { CrashCommand } from './crash-command';

/** Average hits of crash points per archive: a process should die long before the run ends. */
const HITS_PER_ARCHIVE = 8;
const LEAST_HITS = 10;
/** Rare points are hit only if a process lives long enough, and common ones should not always be hit first. */
const MOST_HITS_OF_A_POINT = 8;

/** Share of the kills reserved for points at which no process has died yet. */
const EXPLORING = 0.6;

/** Creates a number of crash commands from a seed: first for points at which no process has died yet, then at random. */
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

  /** Null when all kills have been used. */
  next(): CrashCommand | null {
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

/** Kills once at every point, in the order in which a run reaches them. */
export class EveryPoint {
  readonly unseen = new Set<CrashPoint>(CRASH_POINTS);

  next(): CrashCommand | null {
    return this.unseen.size === 0 ? null : { first: [...this.unseen], at: null, atLatest: null };
  }

  died(point: CrashPoint): void {
    this.unseen.delete(point);
  }
}
