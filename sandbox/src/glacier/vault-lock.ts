import type { Call, ResourcePolicies } from '../service';
import { readPolicyText } from './access-policy';
import { type Glacier, isoDate, newLockId, requireVault } from './environment';
import { accessDenied, invalidParameter, notFound } from './errors';
import type { GlacierRequest, Reply } from './http';
import type { VaultLock } from './model';
import type { Vault } from './vault';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a lock stays in progress: then it is gone, including its policy. */
const LOCK_ID_LIFE_MS = DAY_MS;

/** A vault's lock; null if there is none, or if one in progress has expired. Its policy counts in both states. */
function lockInForce({ lock }: Pick<Vault, 'lock'>, nowMs: number): VaultLock | null {
  if (lock === null || lock.expirationDate === null) return lock;
  return nowMs < Date.parse(lock.expirationDate) ? lock : null;
}

/** The resource policies that decide about requests for a vault, as JSON texts: its lock's and its access policy. */
export function policiesInForce(vault: Pick<Vault, 'lock' | 'accessPolicy'>, nowMs: number): readonly string[] {
  return [lockInForce(vault, nowMs)?.policy ?? null, vault.accessPolicy].filter((policy) => policy !== null);
}

/** The policies of the vault of a call. They may test the age in days of an archive to be deleted. */
export function resourcePoliciesOf({ store, now }: Glacier, { operation, detail }: Call): ResourcePolicies {
  const vault = store.vault(String(detail['vault'] ?? ''));
  if (vault === undefined) return { policies: [] };
  const policies = policiesInForce(vault, now());
  // Looked up only if a policy may test it.
  const isAsked = operation === 'DeleteArchive' && policies.length > 0;
  const archive = isAsked ? vault.archives.get(String(detail['archive'] ?? '')) : undefined;
  if (archive === undefined) return { policies };
  const ageDays = Math.floor((now() - Date.parse(archive.creationDate)) / DAY_MS);
  return { policies, conditionKeys: { 'glacier:archiveageindays': String(ageDays) } };
}

export function getVaultLock(glacier: Glacier, { path }: GlacierRequest): Reply {
  const lock = requireLock(glacier, path.vault);
  return {
    status: 200,
    json: {
      CreationDate: lock.creationDate,
      ExpirationDate: lock.expirationDate,
      Policy: lock.policy,
      State: lock.state,
    },
  };
}

/** Rejected while a lock is in progress, which must be aborted first, and permanently once it is complete. */
export function initiateVaultLock(glacier: Glacier, request: GlacierRequest): Reply {
  const { vault: name } = request.path;
  const vault = requireVault(glacier, name);
  const policy = readPolicyText(request, 'vault lock');
  const nowMs = glacier.now();
  const present = lockInForce(vault, nowMs);
  if (present !== null)
    throw accessDenied(`The vault lock is in the ${present.state} state: ${glacier.vaultArn(name)}`);
  const lock: VaultLock = {
    id: newLockId(),
    state: 'InProgress',
    policy,
    creationDate: isoDate(nowMs),
    expirationDate: isoDate(nowMs + LOCK_ID_LIFE_MS),
  };
  glacier.store.record({ type: 'lock-set', vault: name, lock });
  return { status: 201, headers: { 'x-amz-lock-id': lock.id } };
}

/** Succeeds without a lock. @throws GlacierError 403 once it is complete */
export function abortVaultLock(glacier: Glacier, { path: { vault: name } }: GlacierRequest): Reply {
  const lock = lockInForce(requireVault(glacier, name), glacier.now());
  if (lock?.state === 'Locked') {
    throw accessDenied(`The vault lock is in the Locked state and cannot be aborted: ${glacier.vaultArn(name)}`);
  }
  if (lock !== null) glacier.store.record({ type: 'lock-set', vault: name, lock: null });
  return { status: 204 };
}

/** Succeeds again once it is complete. @throws GlacierError for another lock id: 400 in progress, 403 once it is complete */
export function completeVaultLock(glacier: Glacier, { path }: GlacierRequest): Reply {
  const lock = requireLock(glacier, path.vault);
  if (lock.id !== path.lock) {
    throw lock.state === 'Locked'
      ? accessDenied(`The vault lock is in the Locked state, and its lock ID is another one than ${path.lock}`)
      : invalidParameter(`Invalid lock ID: ${path.lock}`);
  }
  if (lock.state === 'InProgress') {
    const locked: VaultLock = { ...lock, state: 'Locked', expirationDate: null };
    glacier.store.record({ type: 'lock-set', vault: path.vault, lock: locked });
  }
  return { status: 204 };
}

function requireLock(glacier: Glacier, name: string): VaultLock {
  const lock = lockInForce(requireVault(glacier, name), glacier.now());
  if (lock === null) throw notFound(`No vault lock policy is set for: ${glacier.vaultArn(name)}`);
  return lock;
}
