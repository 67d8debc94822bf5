import type { JobNotification } from '../../src/wire/job';

/**
 * Maximum jobs per archive. A job that Glacier fails three times rarely succeeds; one whose output expired unread waited
 * for a slow line.
 */
const MAX_JOBS = { failed: 3, expired: 10 } as const;
export type JobLoss = keyof typeof MAX_JOBS;

/** Glacier jobs of one archive, or of an inventory: only the newest one counts. */
export class JobTracker {
  /** All jobs, oldest first. */
  readonly jobIds: string[] = [];
  private current: string | null = null;
  private received: JobNotification | null = null;
  private unpolled = true;
  private preexisting = false;
  /** Notifications received before their job's id: the first job of a batch may finish before the activity returns. */
  private readonly early = new Map<string, JobNotification>();

  /** The job to wait for or to read; null if one has to be initiated. */
  get jobId(): string | null {
    return this.current;
  }

  /** Notification of the current job; unconfirmed until Glacier answers. */
  get notification(): JobNotification | null {
    return this.received;
  }

  /** The current job has not been polled or found unfinished: it may take the usual time of its tier. */
  get isNew(): boolean {
    return this.unpolled;
  }

  /** The current job may have finished before it was waited for: there will be no notification. */
  get mayBeDone(): boolean {
    return this.preexisting;
  }

  /** @param mayBeDone the job may be from an earlier attempt */
  requested(jobId: string, mayBeDone = false): void {
    this.jobIds.push(jobId);
    this.preexisting = mayBeDone;
    this.current = jobId;
    this.unpolled = true;
    this.received = this.early.get(jobId) ?? null;
    this.early.clear();
  }

  /** Ignores repeated notifications and those of other jobs. */
  handle(notifications: readonly JobNotification[]): void {
    for (const notification of notifications) {
      if (notification.jobId === this.current) this.received = notification;
      else if (this.current === null) this.early.set(notification.jobId, notification);
    }
  }

  /** The notification was wrong, or has been handled. */
  clearNotification(): void {
    this.received = null;
    this.unpolled = false;
    this.preexisting = false;
  }

  /** Whether another job may be initiated after this loss of the current one. */
  mayRequestAgain(loss: JobLoss): boolean {
    return this.jobIds.length < MAX_JOBS[loss];
  }

  /** The job has failed, or its output has expired. */
  discard(): void {
    this.current = null;
    this.received = null;
  }
}
