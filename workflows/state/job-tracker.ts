import type { JobNotification } from '../../src/wire/job';

/**
 * Jobs requested in all for one archive. One that Glacier fails rarely does better the third time; one whose output
 * expired unread waited for a slow line.
 */
const MAX_JOBS = { failed: 3, expired: 10 } as const;
export type JobLoss = keyof typeof MAX_JOBS;

/** What is known of the Glacier jobs of one archive, or of an inventory: only the newest one counts. */
export class JobTracker {
  /** All requested jobs, oldest first. */
  readonly jobIds: string[] = [];
  private current: string | null = null;
  private received: JobNotification | null = null;
  private unpolled = true;
  private preexisting = false;
  /** Notices that came before their job's id: the first job of a batch may be done before the request returns. */
  private readonly early = new Map<string, JobNotification>();

  /** The job to wait for or to read; null when one has to be requested. */
  get jobId(): string | null {
    return this.current;
  }

  /** News of the current job; a hint until Glacier has confirmed it. */
  get notification(): JobNotification | null {
    return this.received;
  }

  /** The current job has neither been asked about nor found unready: it may take its tier's usual time. */
  get isNew(): boolean {
    return this.unpolled;
  }

  /** The current job may have been done before anybody waited for it: no news of it will come. */
  get mayBeDone(): boolean {
    return this.preexisting;
  }

  /** @param mayBeDone the job may be one of an earlier try */
  requested(jobId: string, mayBeDone = false): void {
    this.jobIds.push(jobId);
    this.preexisting = mayBeDone;
    this.current = jobId;
    this.unpolled = true;
    this.received = this.early.get(jobId) ?? null;
    this.early.clear();
  }

  /** Repeated and foreign notices do no harm: only the current job's id is believed. */
  handle(notices: readonly JobNotification[]): void {
    for (const notice of notices) {
      if (notice.jobId === this.current) this.received = notice;
      else if (this.current === null) this.early.set(notice.jobId, notice);
    }
  }

  /** The hint was wrong, or has been dealt with. */
  clearNotification(): void {
    this.received = null;
    this.unpolled = false;
    this.preexisting = false;
  }

  /** Whether another job may be requested after the current one was lost in this way. */
  mayRequestAgain(loss: JobLoss): boolean {
    return this.jobIds.length < MAX_JOBS[loss];
  }

  /** The job is of no more use: failed, or its output has expired. */
  discard(): void {
    this.current = null;
    this.received = null;
  }
}
