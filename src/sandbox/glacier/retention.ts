import type { Archive, Job } from './model';
import type { Vault } from './vault';

const filesOfArchive = (archive: Archive): string[] => archive.blobs.map((blob) => blob.file);

/** Every file of the blob store that is needed; some more than once. */
export function* filesOfAll(vaults: Iterable<Vault>): Generator<string> {
  for (const vault of vaults) yield* filesOf(vault);
}

/** Those that one vault needs. */
export function* filesOf(vault: Vault): Generator<string> {
  for (const archive of vault.archives.living()) yield* filesOfArchive(archive);
  for (const { parts } of vault.uploads.values()) {
    for (const blob of parts.values()) yield blob.file;
  }
  for (const { job } of vault.jobs.all()) {
    if (job.kind === 'inventory') yield job.outputFile;
    // The living ones are above.
    else if (vault.archives.get(job.archive.id) === undefined) yield* filesOfArchive(job.archive);
  }
}

/** Files of an archive that is deleted and whose bytes no job may still hand out; else none. */
export function filesToDiscard(vault: Vault, archive: Archive): string[] {
  const needed = vault.jobs.isRetrieving(archive.id) || vault.archives.get(archive.id) !== undefined;
  return needed ? [] : filesOfArchive(archive);
}

/** Files that only an expired job needed. */
export function filesOfExpired(vault: Vault, job: Job): string[] {
  return job.kind === 'archive' ? filesToDiscard(vault, job.archive) : [job.outputFile];
}
