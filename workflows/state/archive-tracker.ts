import type { Ending } from '../../src/domain/receipt';
import type { ArchiveRow } from '../../src/wire/inventory';
import type { ArchiveState, ArchiveStatus } from '../../src/wire/progress';
import type { ArchiveOutcome } from '../../src/wire/signals';
import type { StoredObject } from '../../src/wire/receipt';
import type { Ended } from '../failure';
import { JobTracker } from './job-tracker';

/** Who the archive is, as far as its workflow's input says. */
export interface ArchiveIdentity {
  readonly shard: number;
  readonly index: number;
  readonly archiveId: string;
  readonly sizeBytes: number;
}

/** The life of one archive: its state, its jobs, its times and its end. */
export class ArchiveTracker {
  readonly job = new JobTracker();
  private state: ArchiveState = 'waiting';
  private key: string | null = null;
  private movedBytes = 0;
  private requestedAtMs: number | null = null;
  /** When the current job was found done; 0 before. */
  readyAtMs = 0;
  private settledAtMs: number | null = null;
  private stored: StoredObject | null = null;
  private ended: Ended | null = null;

  constructor(private readonly identity: ArchiveIdentity) {}

  opened(archive: ArchiveRow): void {
    this.key = archive.key;
  }

  /** @param mayBeDone the job may be one of an earlier try */
  requested(jobId: string, nowMs: number, mayBeDone = false): void {
    this.job.requested(jobId, mayBeDone);
    this.state = 'requested';
    this.requestedAtMs ??= nowMs;
  }

  /** The job is done; its output can be read. */
  ready(nowMs: number): void {
    this.state = 'ready';
    this.readyAtMs = nowMs;
  }

  moving(): void {
    this.state = 'moving';
  }

  /** The object that was to be adopted is gone. */
  vanished(): void {
    this.state = 'waiting';
  }

  /** The job is still running after all. */
  notReady(): void {
    this.state = 'requested';
    this.job.clearNotification();
  }

  /** The job is of no more use; another one is needed. */
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

  /** The part of the receipt that the workflow knows. */
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
