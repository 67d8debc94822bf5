import { Failure } from '../../src/failures';
import type { JobNotification, JobRef } from '../../src/wire/job';
import type {
  ArchiveFailure,
  BatchResult,
  ReadyJob,
  InitiateBatchResult,
  SettledArchive,
} from '../../src/wire/transfer';
import type { Ended } from '../failure';
import type { ArchiveTable } from './archive-table';
import { JobTracker, type JobLoss } from './job-tracker';
import type { ShardAdmissionState } from './shard-admission';

/** Attempts to move one archive, while others of its batches succeed or fail. */
const MAX_MOVES = 3;

interface SmallArchive {
  readonly index: number;
  readonly job: JobTracker;
  /** It was tried before, and its job may still exist. */
  mayHaveJob: boolean;
  /** An object exists under its key and is read back instead of a job's output. */
  readBack: boolean;
  moves: number;
  requestedAtMs: number;
  readyAtMs: number;
  /** When to poll Glacier for the job. */
  checkAtMs: number;
}

export interface PollTimes {
  readonly firstPollSeconds: number;
  readonly pollSeconds: number;
}

/**
 * What a shard does next with the archives that move in batches: which to request, which jobs to poll, which to move.
 * The states are in the table, the queues here.
 */
export class SmallArchiveQueue {
  private archives = new Map<number, SmallArchive>();
  private isOpen = false;
  private readonly waiting: number[] = [];
  /** By index; those before the cursor have ended. */
  private indexes: readonly number[] = [];
  private cursor = 0;
  /** Archives waiting for their job. */
  private readonly pending = new Set<number>();
  /** No job has to be polled before this time. */
  private soonestCheckAtMs = Infinity;
  private readonly ready: number[] = [];
  /** Ended without a batch: their receipts have not been written yet. */
  private readonly unwritten: SettledArchive[] = [];

  constructor(
    private readonly table: ArchiveTable,
    private readonly polls: PollTimes,
  ) {}

  /**
   * Notifications that arrived before are kept.
   * @param reopened the archives were tried before, by an earlier workflow
   */
  open(indexes: readonly number[], reopened: boolean): void {
    const notified = this.archives;
    this.archives = new Map(
      indexes.map((index) => [index, newSmallArchive(index, reopened, notified.get(index)?.job ?? new JobTracker())]),
    );
    this.waiting.push(...indexes);
    this.indexes = [...indexes];
    this.isOpen = true;
  }

  get settled(): boolean {
    for (; this.cursor < this.indexes.length; this.cursor += 1) {
      if (this.table.isOpen(this.indexes[this.cursor] ?? -1)) return false;
    }
    return true;
  }

  /** Retries failed archives as if nothing had been tried. Those that do not move in batches are ignored. */
  retry(indexes: readonly number[]): void {
    this.cursor = 0;
    for (const index of indexes) {
      if (!this.archives.has(index)) continue;
      this.archives.set(index, newSmallArchive(index, true, new JobTracker()));
      this.waiting.push(index);
    }
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** The next archive may be requested. */
  mayRequest(admission: ShardAdmissionState): boolean {
    return admission.admits(this.waiting);
  }

  /** The next archives to request, in order of creation, as far as they are admitted. */
  takeWaiting(most: number, admission: ShardAdmissionState): number[] {
    return admission.take(this.waiting, most, (index) => this.table.sizeBytes(index));
  }

  /** Archives that may have a job from an earlier attempt. */
  mayHaveJobs(indexes: readonly number[]): number[] {
    return indexes.filter((index) => this.archives.get(index)?.mayHaveJob === true);
  }

  requested(result: InitiateBatchResult, nowMs: number): void {
    for (const { index, jobId } of result.jobs) {
      const archive = this.archives.get(index);
      if (archive === undefined) continue;
      archive.job.requested(jobId);
      archive.requestedAtMs = nowMs;
      // The job of an earlier attempt may be done, and its notification lost.
      this.awaitJob(archive, nowMs + (archive.mayHaveJob ? 0 : this.polls.firstPollSeconds * 1_000));
      archive.mayHaveJob = false;
      this.applyNotification(archive, nowMs);
    }
    for (const index of result.adopted) this.table.settle(index, 'verified', null);
    for (const archive of this.known(result.toRead ?? [])) {
      archive.readBack = true;
      this.becomeReady(archive, nowMs);
    }
    for (const failure of result.failed) this.fail(failure);
    for (const archive of this.known(result.possiblyInitiated)) archive.mayHaveJob = true;
    this.waiting.push(...result.unsettled);
  }

  /** Unconfirmed notifications of the bridge: success makes an archive ready to read, anything else is polled at once. */
  handleNotifications(notifications: readonly JobNotification[], nowMs: number): void {
    for (const notification of notifications) {
      const { index } = notification;
      if (!this.isOpen && !this.archives.has(index)) {
        this.archives.set(index, newSmallArchive(index, false, new JobTracker()));
      }
      const archive = this.archives.get(index);
      if (archive === undefined) continue;
      archive.job.handle([notification]);
      this.applyNotification(archive, nowMs);
    }
  }

  /** Results of a poll; jobs without a result are still running. */
  checked(polled: readonly JobRef[], results: readonly JobNotification[], nowMs: number): void {
    for (const { index } of polled) {
      const archive = this.archives.get(index);
      if (archive !== undefined) this.checkAt(archive, nowMs + this.polls.pollSeconds * 1_000);
    }
    for (const result of results) {
      const archive = this.archives.get(result.index);
      if (archive === undefined || archive.job.jobId !== result.jobId) continue;
      if (this.table.state(result.index) !== 'requested') continue;
      if (result.status === 'Succeeded') this.becomeReady(archive, nowMs);
      else this.jobLost(archive, result.status === 'Failed' ? 'failed' : 'expired', result.message);
    }
  }

  /**
   * Earliest time at which a job may have to be polled; by then there may be none, if that job is done.
   * Infinity while no archive waits for a job.
   */
  get nextCheckAtMs(): number {
    return this.pending.size === 0 ? Infinity : this.soonestCheckAtMs;
  }

  /** Jobs to poll now; call `checked` with the results. */
  due(nowMs: number, most: number): JobRef[] {
    const jobs: JobRef[] = [];
    this.soonestCheckAtMs = Infinity;
    for (const archive of this.known([...this.pending])) {
      const { index, job, checkAtMs } = archive;
      if (checkAtMs <= nowMs && jobs.length < most) jobs.push({ index, jobId: job.jobId ?? '' });
      else this.checkAt(archive, checkAtMs);
    }
    return jobs;
  }

  get readyCount(): number {
    return this.ready.length;
  }

  /** The next batch cannot become larger. */
  get allReady(): boolean {
    return !this.hasWaiting && this.pending.size === 0;
  }

  /** The next archives to move, the ones whose output expires first. */
  takeReady(most: number): ReadyJob[] {
    const readyAtMs = (index: number): number => this.archives.get(index)?.readyAtMs ?? 0;
    this.ready.sort((left, right) => readyAtMs(left) - readyAtMs(right));
    return this.ready.splice(0, most).flatMap((index) => {
      const archive = this.archives.get(index);
      if (archive === undefined) return [];
      archive.moves += 1;
      this.table.setState(index, 'moving');
      const { job, requestedAtMs, readyAtMs, readBack, moves } = archive;
      const ready = { index, jobId: job.jobId ?? '', requestedAtMs, readyAtMs, lastTry: moves >= MAX_MOVES };
      return [readBack ? { ...ready, readBack } : ready];
    });
  }

  /** @param interrupted what the batch has not reached does not count as an attempt */
  moved(result: BatchResult, nowMs: number, interrupted = false): void {
    for (const index of result.verified) this.table.settle(index, 'verified', null);
    for (const { index, reason } of result.failed) this.table.settle(index, 'failed', reason);
    for (const archive of this.known(result.expired)) this.jobLost(archive, 'expired', 'the output expired unread');
    for (const archive of this.known(result.unsettled)) {
      if (interrupted || result.problem !== null) archive.moves -= 1;
      this.becomeReady(archive, archive.readyAtMs);
    }
    for (const archive of this.known(result.notReady)) {
      archive.job.clearNotification();
      archive.moves -= 1;
      this.awaitJob(archive, nowMs + this.polls.pollSeconds * 1_000);
    }
  }

  /** A whole batch failed, after every retry. */
  batchFailed(indexes: readonly number[], reason: Failure, message: string): void {
    for (const index of indexes) this.fail({ index, reason, message });
  }

  /** The shard ends: what is not settled stays in the vault. */
  endRest({ outcome, reason, message }: Ended): void {
    for (const { index, job } of this.archives.values()) {
      if (!this.table.isOpen(index)) continue;
      this.unwritten.push({ index, outcome, reason, message, jobIds: [...job.jobIds] });
      this.pending.delete(index);
      this.table.settle(index, outcome, reason);
    }
  }

  takeUnwritten(): SettledArchive[] {
    return this.unwritten.splice(0);
  }

  private known(indexes: readonly number[]): SmallArchive[] {
    return indexes.flatMap((index) => this.archives.get(index) ?? []);
  }

  private applyNotification(archive: SmallArchive, nowMs: number): void {
    const { notification } = archive.job;
    if (notification === null || this.table.state(archive.index) !== 'requested') return;
    if (notification.status === 'Succeeded') this.becomeReady(archive, nowMs);
    else this.checkAt(archive, nowMs);
  }

  private awaitJob(archive: SmallArchive, checkAtMs: number): void {
    this.table.setState(archive.index, 'requested');
    this.pending.add(archive.index);
    this.checkAt(archive, checkAtMs);
  }

  private checkAt(archive: SmallArchive, atMs: number): void {
    archive.checkAtMs = atMs;
    this.soonestCheckAtMs = Math.min(this.soonestCheckAtMs, atMs);
  }

  private becomeReady(archive: SmallArchive, readyAtMs: number): void {
    this.pending.delete(archive.index);
    archive.readyAtMs = readyAtMs;
    this.table.setState(archive.index, 'ready');
    this.ready.push(archive.index);
  }

  private jobLost(archive: SmallArchive, loss: JobLoss, reply: string): void {
    const { index, job } = archive;
    if (!job.mayRequestAgain(loss)) {
      const message = `Glacier failed or lost ${job.jobIds.length} jobs for the archive (${reply}). Retry later.`;
      this.fail({ index, reason: Failure.JobFailed, message });
      return;
    }
    job.discard();
    archive.readBack = false;
    this.pending.delete(index);
    this.table.setState(index, 'waiting');
    this.waiting.push(index);
  }

  private fail({ index, reason, message }: ArchiveFailure): void {
    // One outcome, one receipt: an archive that has ended is left unchanged.
    if (!this.table.isOpen(index)) return;
    const jobIds = [...(this.archives.get(index)?.job.jobIds ?? [])];
    this.unwritten.push({ index, outcome: 'failed', reason, message, jobIds });
    this.pending.delete(index);
    this.table.settle(index, 'failed', reason);
  }
}

const newSmallArchive = (index: number, mayHaveJob: boolean, job: JobTracker): SmallArchive => ({
  index,
  job,
  mayHaveJob,
  readBack: false,
  moves: 0,
  requestedAtMs: 0,
  readyAtMs: 0,
  checkAtMs: 0,
});
