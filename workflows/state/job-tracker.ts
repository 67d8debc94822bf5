import type { JobNotification } from '../../src/wire/job';

/**
 * Jobs requested in all for one archive. One that Glacier fails rarely does better the third time; one whose output
 * expired unread waited for a slow line.
 */
const MOST_JOBS = { failed: 3, expired: 10 } as const;
export type JobLoss = keyof typeof MOST_JOBS;

/** What is known of the Glacier jobs of one archive, or of an inventory: only the newest one counts. */
export class JobWatch {
  /** All requested jobs, oldest first. */
  readonly jobIds: string[] = [];
  private current: string | null = null;
  private news: JobNotification | null = null;
  private fresh = true;
  private old = false;
  /** Notices that came before their job's id: the first job of a batch may be done before the request returns. */
  private readonly early = new Map<string, JobNotification>();

  /** The job to wait for or to read; null when one has to be requested. */
  get jobId(): string | null {
    return this.current;
  }

  /** News of the current job; a hint until Glacier has confirmed it. */
  get hint(): JobNotification | null {
    return this.news;
  }

  /** The current job has neither been asked about nor found unready: it may take its tier's usual time. */
  get isNew(): boolean {
    return this.fresh;
  }

  /** The current job may have been done before anybody waited for it: no news of it will come. */
  get mayBeDone(): boolean {
    return this.old;
  }

  /** @param mayBeDone the job may be one of an earlier try */
  requested(jobId: string, mayBeDone = false): void {
    this.jobIds.push(jobId);
    this.old = mayBeDone;
    this.current = jobId;
    this.fresh = true;
    this.news = this.early.get(jobId) ?? null;
    this.early.clear();
  }

  /** Repeated and foreign notices do no harm: only the current job's id is believed. */
  hear(notices: readonly JobNotification[]): void {
    for (const notice of notices) {
      if (notice.jobId === this.current) this.news = notice;
      else if (this.current === null) this.early.set(notice.jobId, notice);
    }
  }

  /** The hint was wrong, or has been dealt with. */
  forgetHint(): void {
    this.news = null;
    this.fresh = false;
    this.old = false;
  }

  /** Whether another job may be requested after the current one was lost in this way. */
  mayRequestAgain(loss: JobLoss): boolean {
    return this.jobIds.length < MOST_JOBS[loss];
  }

  /** The job is of no more use: failed, or its output has expired. */
  drop(): void {
    this.current = null;
    this.news = null;
  }
}
