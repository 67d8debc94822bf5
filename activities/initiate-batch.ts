import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { activityInfo } from '@temporalio/activity';
import { GLACIER_CONCURRENCY } from '../src/aws/glacier-jobs';
import { lookAtKey } from '../src/aws/s3-objects';
import { mapConcurrently } from '../src/bytes/map-concurrently';
import { mustBeRead } from '../src/domain/must-be-read';
import { untimedReceipt } from '../src/domain/receipt';
import { batchReceiptKey, jobDescription } from '../src/ids';
import { putReceipts } from '../src/run-folder/run-files';
import type { ArchiveRow } from '../src/wire/inventory';
import type { JobRef } from '../src/wire/job';
import type { Problem } from '../src/wire/progress';
import type { Receipt, StoredObject } from '../src/wire/receipt';
import type { ArchiveFailure, InitiateBatchInput, InitiateBatchResult } from '../src/wire/transfer';
import { abortSignal, isShutdown, NEVER_ABORTED } from './abort-signal';
import { lastingFailure, problemOf } from './classify-error';
import type { Dependencies } from './dependencies';
import { sendHeartbeat, withHeartbeat } from './heartbeat';
import { initiatedBeforeMs, initiateArchiveRetrieval } from './initiate-retrieval';
import { batchProgress, earlierPosition, type BatchProgress } from './inputs/positions';

export const createInitiateBatchActivities = (dependencies: Dependencies) => ({
  /**
   * Initiates jobs for a batch of small archives, except for those that are in the bucket already. A permanent error fails
   * one archive. A transient one, a throttle or a problem leaves the rest for later: a job that was initiated is never
   * initiated again, because each costs money. If it is cancelled, jobs initiated by then count.
   * @throws the AWS error if a transient error let no archive be settled, or if it is unknown whether a job was initiated
   */
  async initiateBatch(input: InitiateBatchInput): Promise<InitiateBatchResult> {
    const earlier = earlierPosition(batchProgress);
    const initiator = new BatchInitiator(dependencies, input, earlier ?? { jobs: [], failed: [] });
    return await withHeartbeat(
      () => initiator.run(),
      () => initiator.progress(),
    );
  },
});

/** Archives per heartbeat, besides the one each second: a heartbeat lists all initiated jobs. */
const HEARTBEAT_EVERY = 5;

class BatchInitiator {
  private readonly jobs: JobRef[];
  private readonly failed: ArchiveFailure[];
  private readonly adopted: Receipt[] = [];
  private readonly toRead: number[] = [];
  private readonly unsettled: number[] = [];
  private readonly signal = abortSignal();
  private readonly spacing: EvenSpacing;
  private settled = 0;
  private problem: Problem | null = null;
  private lastError: unknown = null;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly input: InitiateBatchInput,
    earlier: BatchProgress,
  ) {
    this.jobs = [...earlier.jobs];
    this.failed = [...earlier.failed];
    this.spacing = new EvenSpacing(input.requestsPerSecond);
    dependencies.jobs.aimAt(input.requestsPerSecond);
  }

  progress(): BatchProgress {
    return { jobs: this.jobs, failed: this.failed };
  }

  async run(): Promise<InitiateBatchResult> {
    const { settings, shard, indexes } = this.input;
    const done = new Set([...this.jobs, ...this.failed].map(({ index }) => index));
    const open = indexes.filter((index) => !done.has(index));
    const archives = await this.dependencies.shards.archives({ ...settings, shard }, open);
    await mapConcurrently(archives, GLACIER_CONCURRENCY, NEVER_ABORTED, (archive) => this.settle(archive));
    if (isShutdown(this.signal)) {
      sendHeartbeat(this.progress());
      this.signal.throwIfAborted();
    }
    if (this.mustRetry()) throw this.lastError;
    await this.writeReceipts();
    return {
      ...this.progress(),
      adopted: this.adopted.map(({ index }) => index),
      toRead: this.toRead,
      unsettled: this.unsettled,
      possiblyInitiated: this.possiblyInitiated(),
      throttle: this.dependencies.jobs.throttle,
      problem: this.problem,
    };
  }

  /** After the first archive that was left unsettled, no further one is started. */
  private async settle(archive: ArchiveRow): Promise<void> {
    const { index } = archive;
    if (this.unsettled.length > 0 || this.signal.aborted) {
      this.unsettled.push(index);
      return;
    }
    try {
      const { clients, jobs } = this.dependencies;
      const { settings, workflowId, mayHaveJobs } = this.input;
      const found = settings.lookFirst ? await lookAtKey(clients.s3, settings, archive) : null;
      if (found?.kind === 'same' && mustBeRead(settings, found.stored)) {
        this.toRead.push(index);
      } else if (found?.kind === 'same') {
        this.adopted.push(this.receipt(archive, found.stored));
      } else {
        await this.spacing.turn(this.signal);
        const jobId = await initiateArchiveRetrieval(
          jobs,
          settings,
          archive,
          workflowId,
          initiatedBeforeMs(mayHaveJobs.includes(index)),
        );
        if (jobId === null) this.unsettled.push(index);
        else this.jobs.push({ index, jobId });
      }
    } catch (error) {
      const lasting = lastingFailure(index, error);
      if (lasting === null || this.signal.aborted) this.leave(index, error);
      else this.failed.push(lasting);
    }
    this.heartbeat();
  }

  private heartbeat(): void {
    this.settled += 1;
    if (this.settled % HEARTBEAT_EVERY === 0) sendHeartbeat(this.progress());
  }

  private leave(index: number, error: unknown): void {
    this.unsettled.push(index);
    if (this.signal.aborted) return;
    const problem = problemOf(error, activityInfo().attempt);
    if (problem === null) this.lastError = error;
    else this.problem ??= problem;
  }

  /** An earlier attempt may have got further than its heartbeats say, and a later batch has no heartbeats of this one. */
  private possiblyInitiated(): number[] {
    const isRetry = activityInfo().attempt > 1;
    return this.unsettled.filter((index) => isRetry || this.isPossiblyInitiated(index));
  }

  /** Whether this process has requested the archive's job without getting a response. */
  private isPossiblyInitiated(index: number): boolean {
    return this.dependencies.jobs.isPossiblyInitiated(jobDescription(this.input.workflowId, index));
  }

  /** A retry knows from the heartbeat which jobs were initiated, and searches for those that may have been. */
  private mustRetry(): boolean {
    if (this.lastError === null || this.problem !== null) return false;
    const isPossiblyInitiated = this.unsettled.some((index) => this.isPossiblyInitiated(index));
    return isPossiblyInitiated || this.unsettled.length === this.input.indexes.length;
  }

  /** If a person must fix a problem before receipts can be written, the archives are adopted later. */
  private async writeReceipts(): Promise<void> {
    if (this.adopted.length === 0) return;
    const { settings, shard, batch } = this.input;
    const key = batchReceiptKey(settings.run, shard, batch);
    try {
      await putReceipts(this.dependencies.clients.s3, settings, key, this.adopted);
    } catch (error) {
      const problem = problemOf(error, activityInfo().attempt);
      if (problem === null) throw error;
      this.problem ??= problem;
      this.unsettled.push(...this.adopted.splice(0).map(({ index }) => index));
    }
  }

  private receipt(archive: ArchiveRow, stored: StoredObject): Receipt {
    const { settings, shard } = this.input;
    return untimedReceipt(settings, archive, {
      shard,
      outcome: 'verified',
      reason: null,
      message: null,
      stored,
      jobIds: [],
      softwareVersion: this.dependencies.softwareVersion,
    });
  }
}

/** Spaces the requests of one batch evenly: a run has one batch in flight at a time. */
class EvenSpacing {
  private nextAtMs = performance.now();

  constructor(private readonly requestsPerSecond: number) {}

  /** Waits for the turn of the next request. @throws the signal's reason if it aborts */
  async turn(signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, this.nextAtMs);
    this.nextAtMs = atMs + 1_000 / this.requestsPerSecond;
    if (atMs > nowMs) await setTimeout(atMs - nowMs, undefined, { signal });
  }
}
