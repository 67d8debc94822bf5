import type { Call, Guard } from '../service';
import type { Glacier } from './environment';
import { policiesInForce } from './vault-lock';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The policies of the vault that a call is about. Of an archive to be deleted, they may ask for its age in days. */
export function guardOf({ store, now }: Glacier, { operation, detail }: Call): Guard {
  const vault = store.vault(String(detail['vault'] ?? ''));
  if (vault === undefined) return { policies: [] };
  const policies = policiesInForce(vault, now());
  // Looked up only where a policy may ask for it.
  const isAsked = operation === 'DeleteArchive' && policies.length > 0;
  const archive = isAsked ? vault.archives.get(String(detail['archive'] ?? '')) : undefined;
  if (archive === undefined) return { policies };
  const ageDays = Math.floor((now() - Date.parse(archive.creationDate)) / DAY_MS);
  return { policies, conditionKeys: { 'glacier:archiveageindays': String(ageDays) } };
}
