import { ArchiveIndex, type PinnedInventory } from './archive-index';
import type { JournaledArchiveJob, JournaledInventoryJob, VaultEvent } from './events';
import { JobIndex } from './job-index';
import {
  ENDED_LIFE_MS,
  type ArchiveJob,
  type Blob,
  type EndedUpload,
  type Notifications,
  type OpenUpload,
  type Upload,
  type VaultLock,
} from './model';
import type { Vault } from './vault';

/** One vault: a fold over its events. */
export class VaultState implements Vault {
  firstWriteDate: string | null = null;
  lastWriteDate: string | null = null;
  notifications: Notifications | null = null;
  accessPolicy: string | null = null;
  lock: VaultLock | null = null;
  readonly archives = new ArchiveIndex();
  readonly jobs = new JobIndex();
  readonly unwritten = new Map<string, PinnedInventory>();
  readonly uploads = new Map<string, OpenUpload & { parts: Map<number, Blob>; lastActivityDate: string }>();
  readonly endedUploads = new Map<string, EndedUpload>();

  constructor(
    readonly name: string,
    readonly creationDate: string,
  ) {}

  apply(event: VaultEvent): void {
    switch (event.type) {
      case 'vault-deleted':
        return;
      case 'notifications-set':
        this.notifications = event.notifications;
        return;
      case 'access-policy-set':
        this.accessPolicy = event.policy;
        return;
      case 'lock-set':
        this.lock = event.lock;
        return;
      case 'archive-stored':
        this.archives.add(event.archive);
        this.noteWrite(event.archive.creationDate);
        if (event.uploadId !== undefined) this.endUpload(event.uploadId, event.archive.id, event.archive.creationDate);
        return;
      case 'vault-seeded':
        this.archives.seed(event);
        this.noteWrite(event.date);
        return;
      case 'archive-deleted':
        this.archives.delete(event.archiveId);
        this.noteWrite(event.date);
        return;
      case 'inventory-taken':
        this.archives.takeInventory(event.date);
        return;
      case 'upload-started':
        this.addUpload(event.upload);
        return;
      case 'upload-aborted':
        this.endUpload(event.uploadId, null, event.date ?? this.creationDate);
        return;
      case 'part-stored': {
        const upload = this.uploads.get(event.uploadId);
        upload?.parts.set(event.start, event.blob);
        if (upload !== undefined) upload.lastActivityDate = event.date ?? upload.lastActivityDate;
        return;
      }
      case 'job-started':
        if (event.job.kind === 'archive') this.jobs.add(this.withArchive(event.job));
        else this.addInventoryJob(event.job);
        return;
      case 'inventory-written':
        this.jobs.setOutput(event.jobId, event.output);
        this.release(event.jobId);
        return;
      case 'job-completed':
        this.jobs.complete(event.jobId, event.outcome);
        this.release(event.jobId);
        return;
      case 'job-expired':
        this.jobs.remove(event.jobId);
        return;
    }
  }

  private noteWrite(date: string): void {
    this.firstWriteDate ??= date;
    this.lastWriteDate = date;
  }

  private addUpload(upload: Upload): void {
    this.uploads.set(upload.id, { upload, parts: new Map(), lastActivityDate: upload.creationDate });
  }

  private endUpload(uploadId: string, archiveId: string | null, date: string): void {
    this.uploads.delete(uploadId);
    this.endedUploads.set(uploadId, { archiveId, date });
    for (const [id, ended] of this.endedUploads) {
      if (Date.parse(date) - Date.parse(ended.date) <= ENDED_LIFE_MS) return;
      this.endedUploads.delete(id);
    }
  }

  private addInventoryJob(journaled: JournaledInventoryJob): void {
    if (!('outputFile' in journaled)) {
      this.jobs.add(journaled);
      this.unwritten.set(journaled.id, this.archives.pinInventory());
      return;
    }
    const { outputFile: file, outputBytes: sizeBytes, nextMarker, ...job } = journaled;
    this.jobs.add(job);
    this.jobs.setOutput(job.id, { file, sizeBytes, nextMarker });
  }

  private release(jobId: string): void {
    this.unwritten.get(jobId)?.release();
    this.unwritten.delete(jobId);
  }

  private withArchive(job: JournaledArchiveJob): ArchiveJob {
    if ('archive' in job) return job;
    const { archiveId, ...rest } = job;
    const archive = this.archives.find(archiveId);
    if (archive === undefined) throw new Error(`Job ${job.id} of the unknown archive ${archiveId}`);
    return { ...rest, archive };
  }
}
