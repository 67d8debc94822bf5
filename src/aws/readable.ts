import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';

const ARCHIVED_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Whether GetObject can return an object's bytes: it is not archived, or has been restored. */
export function isReadable({
  StorageClass,
  ArchiveStatus,
  Restore,
}: Pick<HeadObjectCommandOutput, 'StorageClass' | 'ArchiveStatus' | 'Restore'>): boolean {
  const archived = ARCHIVED_CLASSES.has(StorageClass ?? '') || ArchiveStatus !== undefined;
  return !archived || (Restore ?? '').includes('ongoing-request="false"');
}
