import { performance } from 'node:perf_hooks';
import { activityInfo } from '@temporalio/activity';
import { describeAwsError, awsErrorSentence } from '../src/aws/errors';
import type { JobRequests } from '../src/aws/job-requests';
import { lookAtKey } from '../src/aws/s3-objects';
import { Failure, TransferError } from '../src/failures';
import { jobDescription } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';
import type { OpenedArchive } from '../src/wire/transfer';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';

export const createInitiateRetrievalActivities = ({ clients: { s3 }, jobs, shards }: Dependencies) => ({
  /**
   * Checks an archive's key and, if there is no object, initiates a job. A retry adopts the job that an earlier attempt
   * has initiated.
   * @param mayHaveJob the archive was tried before: a job of that attempt is adopted if Glacier still has it
   * @throws TransferError KeyTaken, SourceMissing; AWS errors
   */
  async initiateRetrieval(
    settings: RunSettings,
    shard: number,
    index: number,
    workflowId: string,
    mayHaveJob: boolean,
  ): Promise<OpenedArchive> {
    const initiatedBefore = initiatedBeforeMs(mayHaveJob);
    const [archive] = (await shards.archives({ ...settings, shard }, [index])) as [ArchiveRow];
    const found = await lookAtKey(s3, settings, archive);
    if (found.kind === 'same') return { archive, stored: found.stored, jobId: null, throttle: null };
    const jobId = await initiateArchiveRetrieval(jobs, settings, archive, workflowId, initiatedBefore);
    return { archive, stored: null, jobId, throttle: jobs.throttle };
  },
});

/**
 * The time before which a job may already have been initiated: by an earlier attempt of this activity or, with
 * `mayHaveJob`, for this archive; null if neither is possible.
 */
export const initiatedBeforeMs = (mayHaveJob: boolean): number | null =>
  mayHaveJob || activityInfo().attempt > 1 ? performance.now() : null;

/**
 * The id of an archive's job, initiated or adopted; null while Glacier throttles.
 * @throws TransferError SourceMissing; AWS errors
 */
export async function initiateArchiveRetrieval(
  jobs: JobRequests,
  settings: RunSettings,
  archive: ArchiveRow,
  workflowId: string,
  initiatedBefore: number | null,
): Promise<string | null> {
  const job = {
    Type: 'archive-retrieval',
    ArchiveId: archive.archiveId,
    Tier: settings.tier,
    Description: jobDescription(workflowId, archive.index),
    ...(settings.topicArn === null ? {} : { SNSTopic: settings.topicArn }),
  };
  try {
    return await jobs.request(settings.vault, job, initiatedBefore, abortSignal());
  } catch (error) {
    const awsError = describeAwsError(error);
    if (awsError.kind !== 'missing') throw error;
    throw new TransferError(
      Failure.SourceMissing,
      `Glacier no longer has the archive (${awsErrorSentence(awsError)}). It was deleted after the inventory.`,
    );
  }
}
