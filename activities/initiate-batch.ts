import { activityInfo } from '@temporalio/activity';
import { GLACIER_AT_ONCE } from '../src/aws/glacier-jobs';
import { putReceipts } from '../src/run-folder/run-files';
import { lookAtKey } from '../src/aws/s3-objects';
import { RequestPace } from '../src/aws/adaptive-rate';
import { mapConcurrently } from '../src/bytes/map-concurrently';
import { mustBeRead } from '../src/domain/must-be-read';
import { batchReceiptKey, jobDescription } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';
import type { JobRef } from '../src/wire/job';
import type { Problem } from '../src/wire/progress';
import type { Receipt, StoredObject } from '../src/wire/receipt';
import type { ArchiveFailure, InitiateBatchInput, InitiateBatchResult } from '../src/wire/transfer';
import { abortSignal, isShutdown, NEVER_ABORTED } from './abort-signal';
import type { Dependencies } from './dependencies';
import { sendHeartbeat, withHeartbeat } from './heartbeat';
import { batchProgress, earlierPosition, type BatchProgress } from './inputs/positions';
import { lastingFailure, problemOf } from './classify-error';
import { initiatedBeforeMs, initiateArchiveRetrieval } from './initiate-retrieval';
import { untimedReceipt } from '../src/domain/receipt';

const BEAT_EVERY = 5;

/** Requests small archives many at a time. */
export const createInitiateBatchActivities = (dependencies: Dependencies) => ({
  /**
   * Requests a batch of small archives, those not yet in the bucket. A fault that lasts fails one archive. A passing
   * one, a throttle or a problem leaves the rest for later: what was requested is never requested again, for each job
   * costs money. When it is cancelled, what was requested by then counts.
   * @throws the AWS error when a passing fault let nothing be settled, or left open whether a job has begun
   */
  async initiateBatch(input: InitiateBatchInput): Promise<InitiateBatchResult> {
    const earlier = earlierPosition(batchProgress);
    const requester = new BatchRequester(dependencies, input, earlier ?? { jobs: [], failed: [] });
    return await withHeartbeat(
      () => requester.request(),
      () => requester.progress(),
    );
  },
});

class BatchRequester {
  private readonly jobs: JobRef[];
  private readonly failed: ArchiveFailure[];
  private readonly adopted: Receipt[] = [];
  private readonly toRead: number[] = [];
  private readonly unsettled: number[] = [];
  private readonly signal = abortSignal();
  private readonly pace: RequestPace;
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
    this.pace = new RequestPace(input.requestsPerSecond);
    dependencies.jobs.aimAt(input.requestsPerSecond);
  }

  progress(): BatchProgress {
    return { jobs: this.jobs, failed: this.failed };
  }

  async request(): Promise<InitiateBatchResult> {
    const { settings, shard, indexes } = this.input;
    const done = new Set([...this.jobs, ...this.failed].map(({ index }) => index));
    const open = indexes.filter((index) => !done.has(index));
    const archives = await this.dependencies.shards.archives({ ...settings, shard }, open);
    await mapConcurrently(archives, GLACIER_AT_ONCE, NEVER_ABORTED, (archive) => this.settle(archive));
    if (isShutdown(this.signal)) {
      sendHeartbeat(this.progress());
      this.signal.throwIfAborted();
    }
    if (this.mustBeTriedAgain()) throw this.lastError;
    await this.keepReceipts();
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

  /** After the first archive that had to be left, no further one is begun. */
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
        await this.pace.turn(this.signal);
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
    this.beats();
  }

  /** The timer beats once a second as well; a beat names all that was requested, so not each archive makes one. */
  private beats(): void {
    this.settled += 1;
    if (this.settled % BEAT_EVERY === 0) sendHeartbeat(this.progress());
  }

  private leave(index: number, error: unknown): void {
    this.unsettled.push(index);
    if (this.signal.aborted) return;
    const problem = problemOf(error, activityInfo().attempt);
    if (problem === null) this.lastError = error;
    else this.problem ??= problem;
  }

  /** A try before this one may have got further than its heartbeats said, and the next request is no try of it. */
  private possiblyInitiated(): number[] {
    const isRetry = activityInfo().attempt > 1;
    return this.unsettled.filter((index) => isRetry || this.isPossiblyInitiated(index));
  }

  /** Whether this process has asked for the archive's job and not heard what became of it. */
  private isPossiblyInitiated(index: number): boolean {
    return this.dependencies.jobs.isPossiblyInitiated(jobDescription(this.input.workflowId, index));
  }

  /** A retry knows by the heartbeat what has been requested, and looks for what may have been. */
  private mustBeTriedAgain(): boolean {
    if (this.lastError === null || this.problem !== null) return false;
    const isPossiblyInitiated = this.unsettled.some((index) => this.isPossiblyInitiated(index));
    return isPossiblyInitiated || this.unsettled.length === this.input.indexes.length;
  }

  /** Where a person must mend something before receipts can be written, the archives are adopted another time. */
  private async keepReceipts(): Promise<void> {
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
