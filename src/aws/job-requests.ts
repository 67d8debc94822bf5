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

/** The parameters of a job, with the description by which it can be found again. */
export type JobRequest = JobParameters & { readonly Description: string };

/** Requests with unknown outcome until the error is thrown. */
const MAX_ATTEMPTS = 3;
/** Throttling is waited out for this long, then reported. */
const PATIENCE_MS = 30_000;

/**
 * Initiates Glacier jobs, which cost money: no faster than Glacier accepts them, and each only once. If the response to a
 * request was lost, the job is searched for in Glacier's list before the request is repeated. One per process.
 */
export class JobRequests {
  private readonly listings: JobListings;
  /** Descriptions of jobs that may have been initiated although their response was lost. */
  private readonly possiblyInitiated = new Set<string>();

  constructor(
    private readonly clients: Pick<AwsClients, 'glacier' | 'glacierOnce'>,
    private readonly rate = new AdaptiveRate(),
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.listings = new JobListings(clients.glacier);
  }

  /** Set while throttling keeps the rate of requests below the full rate. */
  get throttle(): Throttle | null {
    return this.rate.throttle;
  }

  /** Raises the full rate of the process to that of a run. */
  aimAt(requestsPerSecond: number): void {
    this.rate.aimAt(requestsPerSecond);
  }

  /** Whether a job of this description may have been initiated although its response was lost. */
  isPossiblyInitiated(description: string): boolean {
    return this.possiblyInitiated.has(description);
  }

  /**
   * Initiates a job, or adopts the one that an earlier request with the same description has initiated: for the same
   * archive or inventory, whole, not failed, still known to Glacier. Other jobs are left alone.
   * @param initiatedBeforeMs the latest time (`performance.now()`) at which an earlier attempt may have sent the request
   * without getting a response; null if there was none
   * @returns the job's id; null while Glacier throttles, and then no job has been initiated
   * @throws the AWS error; the signal's reason if it aborts. A request in flight is not aborted.
   */
  async request(
    vault: string,
    job: JobRequest,
    initiatedBeforeMs: number | null,
    signal: AbortSignal,
  ): Promise<string | null> {
    if (initiatedBeforeMs !== null) this.possiblyInitiated.add(job.Description);
    let sinceMs = initiatedBeforeMs ?? performance.now();
    let deadlineMs: number | null = null;
    for (let attempts = 0, lastError: unknown = null; ;) {
      const found = await this.find(vault, job, sinceMs, signal);
      if (found !== null) return found;
      if (attempts === MAX_ATTEMPTS) throw lastError;
      deadlineMs ??= performance.now() + this.patienceMs;
      if (!(await this.turn(deadlineMs, signal))) return null;
      try {
        return await this.send(vault, job);
      } catch (error) {
        if (describeAwsError(error).kind === 'throttled') continue;
        if (!this.possiblyInitiated.has(job.Description)) throw error;
        attempts += 1;
        lastError = error;
        sinceMs = performance.now();
        // A job that was initiated needs a moment to appear in the list.
        await setTimeout(500 * 2 ** attempts * (0.5 + Math.random()), undefined, { signal });
      }
    }
  }

  private async send(vault: string, job: JobRequest): Promise<string> {
    const step = job.Type === 'inventory-retrieval' ? 'inventory-job' : 'archive-job';
    this.possiblyInitiated.add(job.Description);
    try {
      reached(`${step}.before-initiate`);
      const jobId = await initiateJob(this.clients.glacierOnce, { vault }, job);
      reached(`${step}.after-initiate`);
      this.rate.succeeded();
      this.possiblyInitiated.delete(job.Description);
      return jobId;
    } catch (error) {
      const { kind } = describeAwsError(error);
      if (kind === 'throttled') this.rate.throttled();
      // Any other error means that Glacier rejected the request and initiated no job.
      if (kind !== 'unavailable' && kind !== 'unknown') this.possiblyInitiated.delete(job.Description);
      throw error;
    }
  }

  /** The job of an earlier request; null if there is none. */
  private async find(vault: string, job: JobRequest, sinceMs: number, signal: AbortSignal): Promise<string | null> {
    if (!this.possiblyInitiated.has(job.Description)) return null;
    for await (const listed of this.listings.jobs(vault, job.Description, sinceMs, signal)) {
      if (isRequested(listed, job) && (await this.isKnown(vault, listed))) {
        this.possiblyInitiated.delete(job.Description);
        return listed.JobId ?? null;
      }
    }
    this.possiblyInitiated.delete(job.Description);
    return null;
  }

  /** Glacier may list a completed job slightly longer than it keeps it. */
  private async isKnown(vault: string, { JobId, Completed }: GlacierJobDescription): Promise<boolean> {
    return Completed !== true || (await describeJob(this.clients.glacier, { vault }, JobId ?? '')) !== null;
  }

  /** Waits until a request may be sent; false if Glacier has throttled for too long. */
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

/** Whether a listed job is the requested one and whole: a job for a part must never be adopted. */
function isRequested(listed: GlacierJobDescription, job: JobRequest): boolean {
  if (listed.JobDescription !== job.Description || listed.StatusCode === 'Failed') return false;
  if (job.Type === 'inventory-retrieval') return isWholeInventory(listed);
  const range = listed.RetrievalByteRange ?? null;
  const isWhole = range === null || range === `0-${(listed.ArchiveSizeInBytes ?? 0) - 1}`;
  return listed.Action === 'ArchiveRetrieval' && listed.ArchiveId === job.ArchiveId && isWhole;
}
