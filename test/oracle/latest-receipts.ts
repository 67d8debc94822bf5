import type { Claim } from './world';

/** The latest receipt of each archive, by its id. */
export function latestClaims(claims: readonly Claim[]): ReadonlyMap<string, Claim> {
  const last = new Map<string, Claim>();
  for (const claim of claims) {
    const known = last.get(claim.archiveId);
    if (known === undefined || known.settledAt <= claim.settledAt) last.set(claim.archiveId, claim);
  }
  return last;
}
