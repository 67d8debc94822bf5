import type { GlacierJobDescription } from '@aws-sdk/client-glacier';
import { describeJob, GLACIER_CONCURRENCY } from '../src/aws/glacier-jobs';
import { mapConcurrently } from '../src/bytes/map-concurrently';
import { reached } from '../src/crash-points';
import type { JobNotification, JobRef } from '../src/wire/job';
import type { RunSettings } from '../src/wire/request';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';

export const createCheckJobsActivities = ({ clients: { glacier } }: Dependencies) => ({
  /** Polls Glacier for the status of jobs; returns those that have completed or are gone. */
  async checkJobs(settings: RunSettings, jobs: readonly JobRef[]): Promise<JobNotification[]> {
    const notices = await mapConcurrently(jobs, GLACIER_CONCURRENCY, abortSignal(), async (ref) => {
      const notice = noticeOf(ref, await describeJob(glacier, settings, ref.jobId));
      reached('jobs.described');
      return notice;
    });
    return notices.filter((notice) => notice !== null);
  },
});

/** Null while the job is running. */
function noticeOf(ref: JobRef, job: GlacierJobDescription | null): JobNotification | null {
  if (job === null) return { ...ref, status: 'Gone', message: 'Glacier no longer has the job' };
  if (job.Completed !== true) return null;
  return { ...ref, status: job.StatusCode === 'Succeeded' ? 'Succeeded' : 'Failed', message: job.StatusMessage ?? '' };
}
