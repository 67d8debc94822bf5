import type { CrashPoint } from '../../src/crash-points';

/** When a worker process is to die; whichever comes first. */
export interface CrashOrder {
  /** At the first hit of any of these. */
  readonly first: readonly CrashPoint[];
  /** At so many hits of one point. */
  readonly at: { readonly point: CrashPoint; readonly hit: number } | null;
  /** At so many hits of anything; null: never for that. */
  readonly atLatest: number | null;
}

/** Carries an order to a worker process; without it, the process lives on. */
export const ORDER_VARIABLE = 'GLACIER_TRANSFER_TEST_CRASH_ORDER';

/** Counts hits, and says whether the process is to die at this one. */
export function obey({ first, at, atLatest }: CrashOrder): (point: CrashPoint) => boolean {
  const wanted = new Set(first);
  let hits = 0;
  let hitsOfPoint = 0;
  return (point) => {
    hits += 1;
    if (point === at?.point) hitsOfPoint += 1;
    return wanted.has(point) || (at !== null && hitsOfPoint === at.hit) || hits === atLatest;
  };
}
