import { type Glacier, isoDate, requireVault } from './environment';
import { invalidParameter } from './errors';
import type { GlacierRequest, Reply } from './http';
import type { Vault } from './model';
import { pageOf } from './page';
import { filesOf } from './retention';

const VAULT_NAME = /^[A-Za-z0-9_.-]{1,255}$/;
const MOST_LISTED = 10;

export function createVault(glacier: Glacier, { path }: GlacierRequest): Reply {
  if (!VAULT_NAME.test(path.vault)) {
    throw invalidParameter(`Invalid vault name: ${path.vault} (1 to 255 of A-Z a-z 0-9 _ . -)`);
  }
  if (glacier.store.vault(path.vault) === undefined) {
    glacier.store.record({ type: 'vault-created', vault: path.vault, date: isoDate(glacier.now()) });
  }
  return { status: 201, headers: { Location: `/${glacier.accountId}/vaults/${path.vault}` } };
}

export function describeVault(glacier: Glacier, { path }: GlacierRequest): Reply {
  return { status: 200, json: descriptionOf(glacier, requireVault(glacier, path.vault)) };
}

export function listVaults(glacier: Glacier, { query }: GlacierRequest): Reply {
  const vaults = [...glacier.store.vaults()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(vaults, (vault) => glacier.vaultArn(vault.name), query, MOST_LISTED);
  const VaultList = page.items.map((vault) => descriptionOf(glacier, vault));
  return { status: 200, json: { Marker: page.marker, VaultList } };
}

/** Refused while the vault holds archives. Its jobs, uploads and their bytes go with it. */
export async function deleteVault(glacier: Glacier, { path }: GlacierRequest): Promise<Reply> {
  const vault = requireVault(glacier, path.vault);
  if (vault.archives.size > 0) {
    throw invalidParameter(`Vault not empty or recently written to: ${glacier.vaultArn(vault.name)}`);
  }
  const files = filesOf(vault);
  glacier.jobs.forget(vault);
  glacier.store.record({ type: 'vault-deleted', vault: vault.name });
  await glacier.blobs.discard(files);
  return { status: 204 };
}

/** The sandbox's inventory is never behind: its date is that of the last write. */
function descriptionOf(glacier: Glacier, vault: Vault): Record<string, unknown> {
  return {
    CreationDate: vault.creationDate,
    LastInventoryDate: vault.lastWriteDate,
    NumberOfArchives: vault.archives.size,
    SizeInBytes: vault.sizeBytes,
    VaultARN: glacier.vaultArn(vault.name),
    VaultName: vault.name,
  };
}
