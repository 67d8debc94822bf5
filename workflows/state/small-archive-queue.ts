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

/** Moves of one archive in all, while others of its batches settle. */
const MAX_MOVES = 3;

interface SmallArchive {
  readonly index: number;
  readonly job: JobTracker;
  /** It was tried before, and its job may still be there. */
  mayHaveJob: boolean;
  /** An object stands under its key, to be read back instead of a job's output. */
  readBack: boolean;
  moves: number;
  requestedAtMs: number;
  readyAtMs: number;
  /** When to ask Glacier about the job. */
  checkAtMs: number;
}

export interface PollTimes {
  readonly firstPollSeconds: number;
  readonly pollSeconds: number;
}

/**
 * What a shard does next with the archives that move in batches: which to request, which jobs to ask about, which to
 * move. States live in the table; here are the queues.
 */
export class SmallArchiveQueue {
  private readonly archives: Map<number, SmallArchive>;
  private readonly waiting: number[];
  /** In order of index; those before the cursor have ended. */
  private readonly order: readonly number[];
  private cursor = 0;
  /** Archives that wait for their job. */
  private readonly pending = new Set<number>();
  /** No job is due for a check before. */
  private soonestCheckAtMs = Infinity;
  private readonly ready: number[] = [];
  /** Ended without a batch: their receipts are still to be written. */
  private readonly unwritten: SettledArchive[] = [];

  constructor(
    private readonly table: ArchiveTable,
    indexes: readonly number[],
    private readonly polls: PollTimes,
    /** The archives were tried before, by an earlier workflow. */
    again: boolean,
  ) {
    this.archives = new Map(indexes.map((index) => [index, newSmallArchive(index, again)]));
    this.waiting = [...indexes];
    this.order = [...indexes];
  }

  get settled(): boolean {
    for (; this.cursor < this.order.length; this.cursor += 1) {
      if (this.table.isOpen(this.order[this.cursor] ?? -1)) return false;
    }
    return true;
  }

  /** Takes up archives that have failed, as if nothing had been tried. Others than the lane's own are left alone. */
  retry(indexes: readonly number[]): void {
    this.cursor = 0;
    for (const index of indexes) {
      if (!this.archives.has(index)) continue;
      this.archives.set(index, newSmallArchive(index, true));
      this.waiting.push(index);
    }
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Whether the next archive in line may be requested. */
  mayRequest(allowance: ShardAdmissionState): boolean {
    return allowance.admits(this.waiting);
  }

  /** The next archives to request, in order of creation, as many as the allowance lets go. */
  takeWaiting(most: number, allowance: ShardAdmissionState): number[] {
    return allowance.take(this.waiting, most, (index) => this.table.sizeBytes(index));
  }

  /** Those of the indexes whose archive may have a job from an earlier try. */
  mayHaveJobs(indexes: readonly number[]): number[] {
    return indexes.filter((index) => this.archives.get(index)?.mayHaveJob === true);
  }

  requested(result: InitiateBatchResult, nowMs: number): void {
    for (const { index, jobId } of result.jobs) {
      const archive = this.archives.get(index);
      if (archive === undefined) continue;
      archive.job.requested(jobId);
      archive.requestedAtMs = nowMs;
      // The job of an earlier try may be done, and its news are gone.
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

  /** Notices of the bridge: hints. Success makes an archive ready to read; anything else makes it due for a check. */
  handleNotifications(notices: readonly JobNotification[], nowMs: number): void {
    for (const notice of notices) {
      const archive = this.archives.get(notice.index);
      if (archive === undefined) continue;
      archive.job.handle([notice]);
      this.applyNotification(archive, nowMs);
    }
  }

  /** Glacier's own answers about the jobs asked; those without an answer are still running. */
  checked(asked: readonly JobRef[], answers: readonly JobNotification[], nowMs: number): void {
    for (const { index } of asked) {
      const archive = this.archives.get(index);
      if (archive !== undefined) this.checkAt(archive, nowMs + this.polls.pollSeconds * 1_000);
    }
    for (const answer of answers) {
      const archive = this.archives.get(answer.index);
      if (archive === undefined || archive.job.jobId !== answer.jobId) continue;
      if (this.table.state(answer.index) !== 'requested') continue;
      if (answer.status === 'Succeeded') this.becomeReady(archive, nowMs);
      else this.jobLost(archive, answer.status === 'Failed' ? 'failed' : 'expired', answer.message);
    }
  }

  /**
   * When the next job may be due for a check: not before, and perhaps no job then, as the one that was meant is done.
   * Infinity while nothing waits for a job.
   */
  get nextCheckAtMs(): number {
    return this.pending.size === 0 ? Infinity : this.soonestCheckAtMs;
  }

  /** Jobs to ask Glacier about now; `checked` has to follow. */
  due(nowMs: number, most: number): JobRef[] {
    const asked: JobRef[] = [];
    this.soonestCheckAtMs = Infinity;
    for (const archive of this.known([...this.pending])) {
      const { index, job: watch, checkAtMs } = archive;
      if (checkAtMs <= nowMs && asked.length < most) asked.push({ index, jobId: watch.jobId ?? '' });
      else this.checkAt(archive, checkAtMs);
    }
    return asked;
  }

  get readyCount(): number {
    return this.ready.length;
  }

  /** Nothing is left that could still make the next batch larger. */
  get allReady(): boolean {
    return !this.hasWaiting && this.pending.size === 0;
  }

  /** The next archives to move: those whose output will expire first. */
  takeReady(most: number): ReadyJob[] {
    const readyAtMs = (index: number): number => this.archives.get(index)?.readyAtMs ?? 0;
    this.ready.sort((left, right) => readyAtMs(left) - readyAtMs(right));
    return this.ready.splice(0, most).flatMap((index) => {
      const archive = this.archives.get(index);
      if (archive === undefined) return [];
      archive.moves += 1;
      this.table.setState(index, 'moving');
      const { job: watch, requestedAtMs, readyAtMs, readBack, moves } = archive;
      const job = { index, jobId: watch.jobId ?? '', requestedAtMs, readyAtMs, lastTry: moves >= MAX_MOVES };
      return [readBack ? { ...job, readBack } : job];
    });
  }

  /** @param rested the batch was interrupted: what it did not come to was no try */
  moved(result: BatchResult, nowMs: number, rested = false): void {
    for (const index of result.verified) this.table.settle(index, 'verified', null);
    for (const { index, reason } of result.failed) this.table.settle(index, 'failed', reason);
    for (const archive of this.known(result.expired)) this.jobLost(archive, 'expired', 'the output expired unread');
    for (const archive of this.known(result.unsettled)) {
      if (rested || result.problem !== null) archive.moves -= 1;
      this.becomeReady(archive, archive.readyAtMs);
    }
    for (const archive of this.known(result.notReady)) {
      archive.job.clearNotification();
      archive.moves -= 1;
      this.awaitJob(archive, nowMs + this.polls.pollSeconds * 1_000);
    }
  }

  /** A batch failed as a whole, after every retry. */
  batchFailed(indexes: readonly number[], reason: Failure, message: string): void {
    for (const index of indexes) this.fail({ index, reason, message });
  }

  /** The shard cannot go on: what is not settled stays in the vault. */
  endRest({ outcome, reason, message }: Ended): void {
    for (const { index, job: watch } of this.archives.values()) {
      if (!this.table.isOpen(index)) continue;
      this.unwritten.push({ index, outcome, reason, message, jobIds: [...watch.jobIds] });
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
    const { notification: hint } = archive.job;
    if (hint === null || this.table.state(archive.index) !== 'requested') return;
    if (hint.status === 'Succeeded') this.becomeReady(archive, nowMs);
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

  private jobLost(archive: SmallArchive, loss: JobLoss, answer: string): void {
    const { index, job: watch } = archive;
    if (!watch.mayRequestAgain(loss)) {
      const message = `Glacier failed or lost ${watch.jobIds.length} jobs for the archive (${answer}). Retry later.`;
      this.fail({ index, reason: Failure.JobFailed, message });
      return;
    }
    watch.discard();
    archive.readBack = false;
    this.pending.delete(index);
    this.table.setState(index, 'waiting');
    this.waiting.push(index);
  }

  private fail({ index, reason, message }: ArchiveFailure): void {
    // One ending, one receipt: what has ended already stays as it is.
    if (!this.table.isOpen(index)) return;
    const jobIds = [...(this.archives.get(index)?.job.jobIds ?? [])];
    this.unwritten.push({ index, outcome: 'failed', reason, message, jobIds });
    this.pending.delete(index);
    this.table.settle(index, 'failed', reason);
  }
}

const newSmallArchive = (index: number, mayHaveJob: boolean): SmallArchive => ({
  index,
  job: new JobTracker(),
  mayHaveJob,
  readBack: false,
  moves: 0,
  requestedAtMs: 0,
  readyAtMs: 0,
  checkAtMs: 0,
});
