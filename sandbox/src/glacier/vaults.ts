import { type Glacier, isoDate, requireVault } from './environment';
import { invalidParameter, limitExceeded } from './errors';
import type { GlacierRequest, Reply } from './http';
import { firstOf, limitOf } from './page';
import { filesOf } from './needed-files';
import type { Vault } from './vault';

const VAULT_NAME = /^[A-Za-z0-9_.-]{1,255}$/;
const MOST_VAULTS = 1000;
const MOST_LISTED = 10;

export function createVault(glacier: Glacier, { path }: GlacierRequest): Reply {
  ensureVault(glacier, path.vault);
  return { status: 201, headers: { Location: `/${glacier.accountId}/vaults/${path.vault}` } };
}

/** The vault of a name, made if there is none. @throws GlacierError for an invalid vault name, and for too many vaults */
export function ensureVault(glacier: Glacier, name: string): Vault {
  if (!VAULT_NAME.test(name)) {
    throw invalidParameter(`Invalid vault name: ${name} (1 to 255 of A-Z a-z 0-9 _ . -)`);
  }
  if (glacier.store.vault(name) === undefined) {
    if (glacier.store.vaultCount >= MOST_VAULTS) {
      throw limitExceeded(`The account has ${MOST_VAULTS} vaults, which is the limit.`);
    }
    glacier.store.record({ type: 'vault-created', vault: name, date: isoDate(glacier.now()) });
  }
  return requireVault(glacier, name);
}

export function describeVault(glacier: Glacier, { path }: GlacierRequest): Reply {
  return { status: 200, json: descriptionOf(glacier, requireVault(glacier, path.vault)) };
}

/** By name. The marker is the ARN of the last vault of the page before. */
export function listVaults(glacier: Glacier, { query }: GlacierRequest): Reply {
  const arnOf = (vault: Vault): string => glacier.vaultArn(vault.name);
  const marker = query.get('marker');
  const wanted = [...glacier.store.vaults()].filter((vault) => marker === null || arnOf(vault) > marker);
  wanted.sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = firstOf(wanted, arnOf, limitOf(query, MOST_LISTED));
  const VaultList = page.items.map((vault) => descriptionOf(glacier, vault));
  return { status: 200, json: { Marker: page.marker, VaultList } };
}

/**
 * Rejected unless the vault was empty at its last inventory and has not been written to since, as the API reference says.
 * Its jobs, uploads and their bytes are deleted with it.
 */
export async function deleteVault(glacier: Glacier, { path }: GlacierRequest): Promise<Reply> {
  const vault = requireVault(glacier, path.vault);
  const inventory = glacier.store.inventory(vault, glacier.now());
  if ((inventory !== null && inventory.archiveCount > 0) || vault.archives.hasChanged) {
    throw invalidParameter(`Vault not empty or recently written to: ${glacier.vaultArn(vault.name)}`);
  }
  const files = [...filesOf(vault)];
  glacier.store.record({ type: 'vault-deleted', vault: vault.name });
  await glacier.jobs.forget(vault);
  await glacier.blobs.discard(files);
  return { status: 204 };
}

/** As of the last inventory. Before the first one the counts are 0, as users reported; the API reference says null. */
function descriptionOf(glacier: Glacier, vault: Vault): Record<string, unknown> {
  const inventory = glacier.store.inventory(vault, glacier.now());
  return {
    CreationDate: vault.creationDate,
    LastInventoryDate: inventory?.date ?? null,
    NumberOfArchives: inventory?.archiveCount ?? 0,
    SizeInBytes: inventory?.sizeBytes ?? 0n,
    VaultARN: glacier.vaultArn(vault.name),
    VaultName: vault.name,
  };
}
