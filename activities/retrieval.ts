import type { GlacierJobDescription } from '@aws-sdk/client-glacier';
import { describeJob, GLACIER_AT_ONCE } from '../src/aws/glacier-jobs';
import { lookAtKey } from '../src/aws/s3-objects';
import { mapConcurrently } from '../src/bytes/map-concurrently';
import { reached } from '../src/crash-points';
import type { ArchiveRow } from '../src/wire/inventory';
import type { JobNotice, JobRef } from '../src/wire/job';
import type { RunSettings } from '../src/wire/request';
import type { OpenedArchive } from '../src/wire/transfer';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { askedBeforeMs, orderArchive } from './initiate-retrieval';

/** Requests archives from Glacier, and asks how their jobs are. */
export const createRetrievalActivities = ({ clients, jobs: orders, shards }: Dependencies) => {
  const { glacier, s3 } = clients;

  return {
    /**
     * Looks at an archive's key and, where nothing stands there, requests a job. A retry adopts the job that its
     * predecessor has begun.
     * @param mayHaveJob the archive was tried before: a job of that time, if Glacier still has it, is adopted
     * @throws TransferError KeyTaken, SourceMissing; AWS errors
     */
    async requestArchive(
      settings: RunSettings,
      shard: number,
      index: number,
      workflowId: string,
      mayHaveJob: boolean,
    ): Promise<OpenedArchive> {
      const askedBefore = askedBeforeMs(mayHaveJob);
      const [archive] = (await shards.archives({ ...settings, shard }, [index])) as [ArchiveRow];
      const found = await lookAtKey(s3, settings, archive);
      if (found.kind === 'same') return { archive, stored: found.stored, jobId: null, throttle: null };
      const jobId = await orderArchive(orders, settings, archive, workflowId, askedBefore);
      return { archive, stored: null, jobId, throttle: orders.throttle };
    },

    /** Asks Glacier about jobs; answers for those that are over. */
    async checkJobs(settings: RunSettings, jobs: readonly JobRef[]): Promise<JobNotice[]> {
      const notices = await mapConcurrently(jobs, GLACIER_AT_ONCE, abortSignal(), async (ref) => {
        const notice = noticeOf(ref, await describeJob(glacier, settings, ref.jobId));
        reached('jobs.described');
        return notice;
      });
      return notices.filter((notice) => notice !== null);
    },
  };
};

/** A job's notice; null while it runs. */
function noticeOf(ref: JobRef, job: GlacierJobDescription | null): JobNotice | null {
  if (job === null) return { ...ref, status: 'Gone', message: 'Glacier no longer knows the job' };
  if (job.Completed !== true) return null;
  return { ...ref, status: job.StatusCode === 'Succeeded' ? 'Succeeded' : 'Failed', message: job.StatusMessage ?? '' };
}
