import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { GlacierJobDescription, JobParameters } from '@aws-sdk/client-glacier';
import { reached } from '../crash-points';
import type { Throttle } from '../wire/progress';
import { AdaptiveRate } from './adaptive-rate';
import type { AwsClients } from './clients';
import { describeAwsError } from './errors';
import { describeJob, initiateJob } from './glacier-jobs';
import { isWholeInventory } from './inventory-jobs';
import { JobListings } from './job-listings';

/** A job to ask for, with the description by which it is found again. */
export type JobRequest = JobParameters & { readonly Description: string };

/** Requests whose fate is unknown, until the fault is the caller's. */
const TRIES = 3;
/** A throttle is waited out for so long, and then told. */
const PATIENCE_MS = 30_000;

/**
 * Asks Glacier for jobs, which cost money: no faster than Glacier takes them, and each of them once. A request whose
 * answer was lost is looked for in Glacier's list of jobs before it is made again. One per process.
 */
export class JobRequests {
  private readonly listings: JobListings;
  /** Descriptions of jobs that Glacier may have begun without our hearing of it. */
  private readonly possiblyInitiated = new Set<string>();

  constructor(
    private readonly clients: Pick<AwsClients, 'glacier' | 'glacierOnce'>,
    private readonly rate = new AdaptiveRate(),
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.listings = new JobListings(clients.glacier);
  }

  /** Set while throttling keeps the rate of requests below the full one. */
  get throttle(): Throttle | null {
    return this.rate.throttle;
  }

  /** A run wants to send so many requests per second: without a throttle the process keeps up with it. */
  aimAt(requestsPerSecond: number): void {
    this.rate.aimAt(requestsPerSecond);
  }

  /** Whether Glacier may have begun a job of this description without our hearing of it. */
  isPossiblyInitiated(description: string): boolean {
    return this.possiblyInitiated.has(description);
  }

  /**
   * Asks for a job, or adopts the one that an earlier request of the same description has begun: of the same archive or
   * inventory, whole, not failed, still known to Glacier. Other jobs are left alone.
   * @param askedBeforeMs when (`performance.now()`) an earlier try may have asked at the latest, and not heard the
   * answer; null where there was none
   * @returns the job's id; null while Glacier throttles, and then nothing has been begun
   * @throws the AWS error; the signal's reason when it aborts. A request under way is not broken off.
   */
  async request(
    vault: string,
    order: JobRequest,
    askedBeforeMs: number | null,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (askedBeforeMs !== null) this.possiblyInitiated.add(order.Description);
    let sinceMs = askedBeforeMs ?? performance.now();
    let deadlineMs: number | null = null;
    for (let tried = 0, lastError: unknown = null; ;) {
      const found = await this.find(vault, order, sinceMs, signal);
      if (found !== null) return found;
      if (tried === TRIES) throw lastError;
      deadlineMs ??= performance.now() + this.patienceMs;
      if (!(await this.turn(deadlineMs, signal))) return null;
      try {
        return await this.send(vault, order);
      } catch (error) {
        if (describeAwsError(error).kind === 'throttled') continue;
        if (!this.possiblyInitiated.has(order.Description)) throw error;
        tried += 1;
        lastError = error;
        sinceMs = performance.now();
        // The job that was begun, if one was, needs a moment to appear on the list.
        await setTimeout(500 * 2 ** tried * (0.5 + Math.random()), undefined, { signal });
      }
    }
  }

  private async send(vault: string, order: JobRequest): Promise<string> {
    const step = order.Type === 'inventory-retrieval' ? 'inventory-job' : 'archive-job';
    this.possiblyInitiated.add(order.Description);
    try {
      reached(`${step}.before-initiate`);
      const jobId = await initiateJob(this.clients.glacierOnce, { vault }, order);
      reached(`${step}.after-initiate`);
      this.rate.succeeded();
      this.possiblyInitiated.delete(order.Description);
      return jobId;
    } catch (error) {
      const { kind } = describeAwsError(error);
      if (kind === 'throttled') this.rate.throttled();
      // Any other answer of Glacier is a refusal: nothing has been begun.
      if (kind !== 'unavailable' && kind !== 'unknown') this.possiblyInitiated.delete(order.Description);
      throw error;
    }
  }

  /** The job of an earlier request; null when there can be none, or is none. */
  private async find(vault: string, order: JobRequest, sinceMs: number, signal: AbortSignal): Promise<string | null> {
    if (!this.possiblyInitiated.has(order.Description)) return null;
    for await (const job of this.listings.jobs(vault, order.Description, sinceMs, signal)) {
      if (isRequested(job, order) && (await this.isKnown(vault, job))) {
        this.possiblyInitiated.delete(order.Description);
        return job.JobId ?? null;
      }
    }
    this.possiblyInitiated.delete(order.Description);
    return null;
  }

  /** Glacier may list a finished job a little longer than it keeps it. */
  private async isKnown(vault: string, { JobId, Completed }: GlacierJobDescription): Promise<boolean> {
    return Completed !== true || (await describeJob(this.clients.glacier, { vault }, JobId ?? '')) !== null;
  }

  /** Waits for the permission to send; false when Glacier has throttled for too long. */
  private async turn(deadlineMs: number, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = this.rate.take();
      if (waitMs === 0) return true;
      if (this.rate.throttle !== null && performance.now() + waitMs > deadlineMs) return false;
      await setTimeout(waitMs, undefined, { signal });
    }
  }
}

/** Whether a listed job is the one that was ordered, and whole: a part of it must never pass for all. */
function isRequested(job: GlacierJobDescription, order: JobRequest): boolean {
  if (job.JobDescription !== order.Description || job.StatusCode === 'Failed') return false;
  if (order.Type === 'inventory-retrieval') return isWholeInventory(job);
  const range = job.RetrievalByteRange ?? null;
  const isWhole = range === null || range === `0-${(job.ArchiveSizeInBytes ?? 0) - 1}`;
  return job.Action === 'ArchiveRetrieval' && job.ArchiveId === order.ArchiveId && isWhole;
}
