import type {
  Archive,
  ArchiveJob,
  Blob,
  InventoryJob,
  JobOutcome,
  Notifications,
  RetrievalRule,
  Upload,
  VaultLock,
} from './model';

/** An archive job names its archive. Journals of 0.1.0 hold a copy of it instead. */
export type JournaledJob =
  InventoryJob | (Omit<ArchiveJob, 'archive'> & ({ archiveId: string } | { archive: Archive }));

/** Everything that can happen to one vault. Dates that are optional are missing from journals of 0.1.0. */
export type VaultEvent = { readonly vault: string } & (
  | { readonly type: 'vault-deleted' }
  | { readonly type: 'notifications-set'; readonly notifications: Notifications | null }
  | { readonly type: 'access-policy-set'; readonly policy: string | null }
  | { readonly type: 'lock-set'; readonly lock: VaultLock | null }
  | { readonly type: 'archive-stored'; readonly archive: Archive; readonly uploadId?: string }
  | { readonly type: 'archive-deleted'; readonly archiveId: string; readonly date: string }
  | { readonly type: 'inventory-taken'; readonly date: string }
  | { readonly type: 'upload-started'; readonly upload: Upload }
  | { readonly type: 'upload-aborted'; readonly uploadId: string; readonly date?: string }
  | {
      readonly type: 'part-stored';
      readonly uploadId: string;
      readonly start: number;
      readonly blob: Blob;
      readonly date?: string;
    }
  | { readonly type: 'job-started'; readonly job: JournaledJob }
  | { readonly type: 'job-completed'; readonly jobId: string; readonly outcome: JobOutcome }
  | { readonly type: 'job-expired'; readonly jobId: string }
);

/** Everything that can happen to the service's state; the journal is a list of these. */
export type GlacierEvent =
  | { readonly type: 'vault-created'; readonly vault: string; readonly date: string }
  | { readonly type: 'retrieval-rule-set'; readonly rule: RetrievalRule }
  | VaultEvent;
