import type { Ending } from '../../src/domain/receipt';
import type { ArchiveRow } from '../../src/wire/inventory';
import type { ArchiveState, ArchiveStatus } from '../../src/wire/progress';
import type { ArchiveOutcome } from '../../src/wire/signals';
import type { StoredObject } from '../../src/wire/receipt';
import type { Ended } from '../failure';
import { JobTracker } from './job-tracker';

/** Identity of the archive in its workflow's input. */
export interface ArchiveIdentity {
  readonly shard: number;
  readonly index: number;
  readonly archiveId: string;
  readonly sizeBytes: number;
}

/** State of one archive: its jobs, its times and its outcome. */
export class ArchiveTracker {
  readonly job = new JobTracker();
  private state: ArchiveState = 'waiting';
  private key: string | null = null;
  private movedBytes = 0;
  private requestedAtMs: number | null = null;
  /** When the current job was found finished; 0 before. */
  readyAtMs = 0;
  private settledAtMs: number | null = null;
  private stored: StoredObject | null = null;
  private ended: Ended | null = null;

  constructor(private readonly identity: ArchiveIdentity) {}

  opened(archive: ArchiveRow): void {
    this.key = archive.key;
  }

  /** @param mayBeDone the job may be from an earlier attempt */
  requested(jobId: string, nowMs: number, mayBeDone = false): void {
    this.job.requested(jobId, mayBeDone);
    this.state = 'requested';
    this.requestedAtMs ??= nowMs;
  }

  /** The job is finished; its output can be read. */
  ready(nowMs: number): void {
    this.state = 'ready';
    this.readyAtMs = nowMs;
  }

  moving(): void {
    this.state = 'moving';
  }

  /** The object to adopt is gone. */
  vanished(): void {
    this.state = 'waiting';
  }

  /** The job is still running. */
  notReady(): void {
    this.state = 'requested';
    this.job.clearNotification();
  }

  /** The job has failed or expired; another one is needed. */
  jobLost(): void {
    this.state = 'waiting';
    this.job.discard();
  }

  moved(bytes: number): void {
    this.movedBytes = bytes;
  }

  verified(stored: StoredObject, nowMs: number): void {
    this.state = 'verified';
    this.stored = stored;
    this.movedBytes = stored.sizeBytes;
    this.settledAtMs = nowMs;
  }

  end(ended: Ended, nowMs: number): void {
    this.state = ended.outcome;
    this.ended = ended;
    this.settledAtMs = nowMs;
  }

  status(): ArchiveStatus {
    return {
      archiveId: this.identity.archiveId,
      index: this.identity.index,
      key: this.key,
      sizeBytes: this.identity.sizeBytes,
      state: this.state,
      jobIds: [...this.job.jobIds],
      movedBytes: this.movedBytes,
      requestedAt: iso(this.requestedAtMs),
      readyAt: iso(this.readyAtMs === 0 ? null : this.readyAtMs),
      settledAt: iso(this.settledAtMs),
      reason: this.ended?.reason ?? null,
      message: this.ended?.message ?? null,
    };
  }

  outcome(): ArchiveOutcome {
    return { outcome: this.ended?.outcome ?? 'verified', reason: this.ended?.reason ?? null };
  }

  /** The workflow's part of the receipt. */
  ending(): Omit<Ending, 'softwareVersion'> {
    const { jobIds, requestedAt, readyAt, message } = this.status();
    return {
      shard: this.identity.shard,
      ...this.outcome(),
      message,
      stored: this.stored,
      jobIds,
      requestedAt,
      readyAt,
      settledAt: iso(this.settledAtMs) ?? '',
    };
  }
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
