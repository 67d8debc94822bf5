import type { Archive, Job, Vault } from './model';

const filesOfArchive = (archive: Archive): string[] => archive.blobs.map((blob) => blob.file);
const filesOfJob = (job: Job): string[] => (job.kind === 'archive' ? filesOfArchive(job.archive) : [job.outputFile]);

/** Every file of the blob store that a vault needs. */
export function filesOf(vault: Vault): string[] {
  return [
    ...[...vault.archives.values()].flatMap(filesOfArchive),
    ...[...vault.uploads.values()].flatMap(({ parts }) => [...parts.values()].map((blob) => blob.file)),
    ...[...vault.jobs.values()].flatMap(({ job }) => filesOfJob(job)),
  ];
}

/** Files of an archive that is deleted and whose bytes no living job may still hand out; else none. */
export function filesToDiscard(vault: Vault, archive: Archive): string[] {
  const readable = [...vault.jobs.values()].some(({ job }) => job.kind === 'archive' && job.archive.id === archive.id);
  return readable || vault.archives.has(archive.id) ? [] : filesOfArchive(archive);
}

/** Files that only an expired job needed. */
export function filesOfExpired(vault: Vault, job: Job): string[] {
  return job.kind === 'archive' ? filesToDiscard(vault, job.archive) : [job.outputFile];
}
