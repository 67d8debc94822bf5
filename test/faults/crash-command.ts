import type { CrashPoint } from '../../src/crash-points';

/** When a worker process must die: at the first of these conditions. */
export interface CrashCommand {
  /** At the first hit of any of these. */
  readonly first: readonly CrashPoint[];
  /** At this many hits of one point. */
  readonly at: { readonly point: CrashPoint; readonly hit: number } | null;
  /** At this many hits of any point; null: no limit. */
  readonly atLatest: number | null;
}

/** Passes a command to a worker process; without it, the process stays alive. */
export const COMMAND_VARIABLE = 'GLACIER_TRANSFER_TEST_CRASH';

/** Counts hits. The result is true for the hit at which the process must die. */
export function crashDue({ first, at, atLatest }: CrashCommand): (point: CrashPoint) => boolean {
  const wanted = new Set(first);
  let hits = 0;
  let hitsOfPoint = 0;
  return (point) => {
    hits += 1;
    if (point === at?.point) hitsOfPoint += 1;
    return wanted.has(point) || (at !== null && hitsOfPoint === at.hit) || hits === atLatest;
  };
}
