import { archiveFiles } from './archive-content';
import type { Archive, JobRecord } from './model';
import type { Vault } from './vault';

/** Every file of the blob store that is needed; some more than once. */
export function* filesOfAll(vaults: Iterable<Vault>): Generator<string> {
  for (const vault of vaults) yield* filesOf(vault);
}

/** Those that one vault needs. */
export function* filesOf(vault: Vault): Generator<string> {
  for (const archive of vault.archives.livingStored()) yield* archiveFiles(archive);
  for (const { parts } of vault.uploads.values()) {
    for (const blob of parts.values()) yield blob.file;
  }
  for (const { job, output } of vault.jobs.all()) {
    if (output !== null) yield output.file;
    // The existing ones are above.
    if (job.kind === 'archive' && vault.archives.get(job.archive.id) === undefined) yield* archiveFiles(job.archive);
  }
}

/** Files of a deleted archive that no job still needs; else none. */
export function filesToDiscard(vault: Vault, archive: Archive): string[] {
  const needed = vault.jobs.isRetrieving(archive.id) || vault.archives.get(archive.id) !== undefined;
  return needed ? [] : archiveFiles(archive);
}

/** Files that only an expired job needed. */
export function filesOfExpired(vault: Vault, { job, output }: JobRecord): string[] {
  if (job.kind === 'archive') return filesToDiscard(vault, job.archive);
  return output === null ? [] : [output.file];
}
