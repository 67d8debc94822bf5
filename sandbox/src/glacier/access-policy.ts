import { type Glacier, requireVault } from './environment';
import { notFound } from './errors';
import type { GlacierRequest, Reply } from './http';
import { readPolicyText } from './policy-document';

export function getVaultAccessPolicy(glacier: Glacier, { path }: GlacierRequest): Reply {
  const { accessPolicy } = requireVault(glacier, path.vault);
  if (accessPolicy === null) throw notFound(`No vault access policy is set for: ${glacier.vaultArn(path.vault)}`);
  return { status: 200, json: { Policy: accessPolicy } };
}

export function setVaultAccessPolicy(glacier: Glacier, request: GlacierRequest): Reply {
  const { vault } = request.path;
  requireVault(glacier, vault);
  const policy = readPolicyText(request, 'vault access');
  glacier.store.record({ type: 'access-policy-set', vault, policy });
  return { status: 204 };
}

/** Succeeds where there is none. */
export function deleteVaultAccessPolicy(glacier: Glacier, { path: { vault } }: GlacierRequest): Reply {
  requireVault(glacier, vault);
  glacier.store.record({ type: 'access-policy-set', vault, policy: null });
  return { status: 204 };
}
