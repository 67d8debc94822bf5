import { Journal } from '../journal';
import type { Archive, Blob, Job, JobOutcome, JobRecord, Notifications, OpenUpload, Upload, Vault } from './model';

/** Everything that can happen to the service's state; the journal is a list of these. */
export type GlacierEvent =
  | { readonly type: 'vault-created'; readonly vault: string; readonly date: string }
  | { readonly type: 'vault-deleted'; readonly vault: string }
  | { readonly type: 'notifications-set'; readonly vault: string; readonly notifications: Notifications | null }
  | { readonly type: 'archive-stored'; readonly vault: string; readonly archive: Archive; readonly uploadId?: string }
  | { readonly type: 'archive-deleted'; readonly vault: string; readonly archiveId: string; readonly date: string }
  | { readonly type: 'upload-started'; readonly vault: string; readonly upload: Upload }
  | { readonly type: 'upload-aborted'; readonly vault: string; readonly uploadId: string }
  | {
      readonly type: 'part-stored';
      readonly vault: string;
      readonly uploadId: string;
      readonly start: number;
      readonly blob: Blob;
    }
  | { readonly type: 'job-started'; readonly vault: string; readonly job: Job }
  | { readonly type: 'job-completed'; readonly vault: string; readonly jobId: string; readonly outcome: JobOutcome }
  | { readonly type: 'job-expired'; readonly vault: string; readonly jobId: string };

/** Glacier counts this much on top of each archive's bytes for its index and metadata. */
const OVERHEAD_BYTES = 32 * 1024;

interface StoredVault extends Vault {
  lastWriteDate: string | null;
  sizeBytes: number;
  notifications: Notifications | null;
  readonly archives: Map<string, Archive>;
  readonly uploads: Map<string, OpenUpload & { readonly parts: Map<number, Blob> }>;
  readonly completedUploads: Map<string, string>;
  readonly jobs: Map<string, JobRecord>;
}

/** The service's metadata: in memory, and in a journal from which a new process takes it up again. */
export class Store {
  private readonly vaultsByName = new Map<string, StoredVault>();
  private readonly journal: Journal<GlacierEvent>;
  private lastSequence = 0;
  private closed = false;

  constructor(journalPath: string) {
    this.journal = Journal.open<GlacierEvent>(journalPath, (event) => this.apply(event));
  }

  vaults(): Iterable<Vault> {
    return this.vaultsByName.values();
  }

  vault(name: string): Vault | undefined {
    return this.vaultsByName.get(name);
  }

  nextSequence(): number {
    return this.lastSequence + 1;
  }

  /** Makes one event happen: durable first, visible then. */
  record(event: GlacierEvent): void {
    if (this.closed) throw new Error('The sandbox is closed.');
    this.journal.append(event);
    this.apply(event);
  }

  close(): void {
    this.closed = true;
    this.journal.close();
  }

  private apply(event: GlacierEvent): void {
    if (event.type === 'vault-created') {
      this.vaultsByName.set(event.vault, emptyVault(event.vault, event.date));
      return;
    }
    const vault = this.vaultsByName.get(event.vault);
    if (vault === undefined) throw new Error(`Event ${event.type} of the unknown vault ${event.vault}`);
    switch (event.type) {
      case 'vault-deleted':
        this.vaultsByName.delete(event.vault);
        return;
      case 'notifications-set':
        vault.notifications = event.notifications;
        return;
      case 'archive-stored':
        this.lastSequence = event.archive.sequence;
        vault.archives.set(event.archive.id, event.archive);
        vault.sizeBytes += event.archive.sizeBytes + OVERHEAD_BYTES;
        vault.lastWriteDate = event.archive.creationDate;
        if (event.uploadId !== undefined) {
          vault.uploads.delete(event.uploadId);
          vault.completedUploads.set(event.uploadId, event.archive.id);
        }
        return;
      case 'archive-deleted':
        vault.sizeBytes -= (vault.archives.get(event.archiveId)?.sizeBytes ?? 0) + OVERHEAD_BYTES;
        vault.archives.delete(event.archiveId);
        vault.lastWriteDate = event.date;
        return;
      case 'upload-started':
        this.lastSequence = event.upload.sequence;
        vault.uploads.set(event.upload.id, { upload: event.upload, parts: new Map() });
        return;
      case 'upload-aborted':
        vault.uploads.delete(event.uploadId);
        return;
      case 'part-stored':
        vault.uploads.get(event.uploadId)?.parts.set(event.start, event.blob);
        return;
      case 'job-started':
        this.lastSequence = event.job.sequence;
        vault.jobs.set(event.job.id, { job: event.job, outcome: null });
        return;
      case 'job-completed': {
        const record = vault.jobs.get(event.jobId);
        if (record !== undefined) vault.jobs.set(event.jobId, { job: record.job, outcome: event.outcome });
        return;
      }
      case 'job-expired':
        vault.jobs.delete(event.jobId);
        return;
    }
  }
}

function emptyVault(name: string, creationDate: string): StoredVault {
  return {
    name,
    creationDate,
    lastWriteDate: null,
    sizeBytes: 0,
    notifications: null,
    archives: new Map(),
    uploads: new Map(),
    completedUploads: new Map(),
    jobs: new Map(),
  };
}
