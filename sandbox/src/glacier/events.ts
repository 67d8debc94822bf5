import type {
  ArchiveJob,
  Blob,
  InventoryJob,
  InventoryOutput,
  JobOutcome,
  Notifications,
  RetrievalRule,
  StoredArchive,
  Upload,
  VaultLock,
} from './model';
import type { Seeding } from './seeding/seeded-archives';

/** An archive job names its archive. Journals of 0.1.0 hold a copy of it instead. */
export type JournaledArchiveJob = Omit<ArchiveJob, 'archive'> & ({ archiveId: string } | { archive: StoredArchive });

/** In journals of 0.1.0 the output was written before the job began, and is part of it. */
export type JournaledInventoryJob =
  | InventoryJob
  | (InventoryJob & {
      readonly outputFile: string;
      readonly outputBytes: number;
      readonly nextMarker: string | null;
    });

/** Everything that can happen to one vault. Dates that are optional are missing from journals of 0.1.0. */
export type VaultEvent = { readonly vault: string } & (
  | { readonly type: 'vault-deleted' }
  | { readonly type: 'notifications-set'; readonly notifications: Notifications | null }
  | { readonly type: 'access-policy-set'; readonly policy: string | null }
  | { readonly type: 'lock-set'; readonly lock: VaultLock | null }
  | { readonly type: 'archive-stored'; readonly archive: StoredArchive; readonly uploadId?: string }
  | ({ readonly type: 'vault-seeded'; readonly date: string } & Seeding)
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
  | { readonly type: 'job-started'; readonly job: JournaledArchiveJob | JournaledInventoryJob }
  | { readonly type: 'inventory-written'; readonly jobId: string; readonly output: InventoryOutput }
  | { readonly type: 'job-completed'; readonly jobId: string; readonly outcome: JobOutcome }
  | { readonly type: 'job-expired'; readonly jobId: string }
);

/** Everything that can change the service's state; the journal is a list of these. */
export type GlacierEvent =
  | { readonly type: 'vault-created'; readonly vault: string; readonly date: string }
  | { readonly type: 'retrieval-rule-set'; readonly rule: RetrievalRule }
  | VaultEvent;
