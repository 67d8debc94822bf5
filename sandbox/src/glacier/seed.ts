import { type Glacier, isoDate } from './environment';
import { SeedSpecError, type SeedSpec } from './seeding/seed-spec';
import { totalBytesOf } from './seeding/seeded-archives';
import { ensureVault } from './vaults';

/** What a seeding added to a vault. */
export interface Seeded {
  readonly archives: number;
  /** Decimal: may exceed what a double holds exactly. */
  readonly bytes: string;
}

/**
 * Fills a vault, made if there is none, with the archives of a specification: one event, for any number of them.
 * @throws SeedSpecError when the vault was seeded with the same seed before
 * @throws GlacierError for an invalid vault name, and for too many vaults
 */
export async function seedVault(glacier: Glacier, name: string, spec: SeedSpec): Promise<Seeded> {
  const totalBytes = String(await totalBytesOf(spec));
  const vault = ensureVault(glacier, name);
  if (vault.archives.hasSeed(spec.seed)) {
    throw new SeedSpecError([`seed: the vault ${name} was seeded with "${spec.seed}" already; choose another seed`]);
  }
  glacier.store.record({
    type: 'vault-seeded',
    vault: name,
    date: isoDate(glacier.now()),
    spec,
    firstSequence: glacier.store.nextSequence(),
    totalBytes,
  });
  return { archives: spec.count, bytes: totalBytes };
}
