import { activityInfo, heartbeat } from '@temporalio/activity';
import type { GlacierJobDescription } from '@aws-sdk/client-glacier';
import { describeFault, faultSentence } from '../src/aws/faults';
import { describeJob, initiateJob } from '../src/aws/glacier-jobs';
import { lookAtKey } from '../src/aws/s3-objects';
import { mapConcurrently } from '../src/bytes/map-concurrently';
import { Failure, TransferError } from '../src/failures';
import { receiptOf } from '../src/domain/receipt';
import { batchReceiptKey, jobDescription } from '../src/ids';
import { putReceipts } from '../src/aws/run-files';
import type { ArchiveRow, ShardContents } from '../src/wire/inventory';
import type { JobNotice, JobRef } from '../src/wire/job';
import type { Receipt, StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { OpenedArchive, RequestBatchInput, RequestBatchResult } from '../src/wire/transfer';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { keepBeating } from './heartbeats';
import { lastingFailure } from './meaning';

/** Glacier is asked by so many at a time within one activity. */
const CONCURRENT_REQUESTS = 10;

/** Reads shards, requests archives from Glacier, and asks how their jobs are. */
export const createRetrievalActivities = ({ clients, shards, softwareVersion }: Dependencies) => {
  const { glacier, s3 } = clients;

  const request = async (settings: RunSettings, archive: ArchiveRow, workflowId: string): Promise<string> => {
    try {
      return await initiateJob(glacier, settings, {
        Type: 'archive-retrieval',
        ArchiveId: archive.archiveId,
        Tier: settings.tier,
        Description: jobDescription(workflowId, archive.index),
        ...(settings.topicArn === null ? {} : { SNSTopic: settings.topicArn }),
      });
    } catch (error) {
      const fault = describeFault(error);
      if (fault.kind !== 'missing') throw error;
      throw new TransferError(
        Failure.SourceMissing,
        `Glacier does not know the archive any more (${faultSentence(fault)}). It was deleted after the inventory.`,
      );
    }
  };

  return {
    /** What the shard workflow must know of its rows. */
    async openShard(settings: RunSettings, shard: number): Promise<ShardContents> {
      const rows = await shards.rows({ ...settings, shard });
      return {
        firstIndex: rows[0]?.index ?? 0,
        sizesBytes: rows.map((row) => row.sizeBytes),
        own: rows.filter((row) => row.own).map(({ index, archiveId }) => ({ index, archiveId })),
      };
    },

    /**
     * Looks at an archive's key and, where nothing stands there, requests a job.
     * @throws TransferError KeyTaken, SourceMissing
     */
    async requestArchive(
      settings: RunSettings,
      shard: number,
      index: number,
      workflowId: string,
    ): Promise<OpenedArchive> {
      const [archive] = (await shards.archives({ ...settings, shard }, [index])) as [ArchiveRow];
      const found = await lookAtKey(s3, settings, archive);
      if (found.kind === 'same') return { archive, stored: found.stored, jobId: null, throttle: null };
      return { archive, stored: null, jobId: await request(settings, archive, workflowId), throttle: null };
    },

    /**
     * Requests a batch of small archives, those not yet in the bucket. A fault that lasts fails one archive. A passing
     * one leaves the rest for later: what was requested is never requested again by a retry, for each job costs money.
     */
    async requestBatch({
      settings,
      shard,
      workflowId,
      batch,
      indexes,
    }: RequestBatchInput): Promise<RequestBatchResult> {
      const archives = await shards.archives({ ...settings, shard }, indexes);
      const earlier = activityInfo().heartbeatDetails as Progress | undefined;
      const jobs = [...(earlier?.jobs ?? [])];
      const adopted: Receipt[] = [];
      const failed = [...(earlier?.failed ?? [])];
      const done = new Set([...jobs, ...failed].map(({ index }) => index));
      const unsettled: number[] = [];
      let fault: unknown = null;
      const ask = async (archive: ArchiveRow): Promise<void> => {
        if (done.has(archive.index)) return;
        if (fault !== null) {
          unsettled.push(archive.index);
          return;
        }
        try {
          const found = settings.lookFirst ? await lookAtKey(s3, settings, archive) : null;
          if (found?.kind === 'same') {
            adopted.push(adoptedReceipt(settings, shard, archive, found.stored, softwareVersion));
          } else {
            jobs.push({ index: archive.index, jobId: await request(settings, archive, workflowId) });
          }
        } catch (error) {
          const lasting = lastingFailure(archive.index, error);
          if (lasting === null) {
            fault = error;
            unsettled.push(archive.index);
          } else {
            failed.push(lasting);
          }
        }
        heartbeat({ jobs, failed } satisfies Progress);
      };
      await keepBeating(
        () => mapConcurrently(archives, CONCURRENT_REQUESTS, abortSignal(), ask),
        (): Progress => ({ jobs, failed }),
      );
      if (unsettled.length === indexes.length) throw fault;
      if (adopted.length > 0) {
        await putReceipts(s3, settings, batchReceiptKey(settings.run, shard, batch), adopted);
      }
      return { jobs, adopted: adopted.map(({ index }) => index), failed, unsettled, throttle: null, problem: null };
    },

    /** Asks Glacier about jobs; answers for those that are over. */
    async checkJobs(settings: RunSettings, jobs: readonly JobRef[]): Promise<JobNotice[]> {
      const notices = await mapConcurrently(jobs, CONCURRENT_REQUESTS, abortSignal(), async (ref) => {
        const notice = noticeOf(ref, await describeJob(glacier, settings, ref.jobId));
        heartbeat();
        return notice;
      });
      return notices.filter((notice) => notice !== null);
    },
  };
};

/** What a retry of a batch must know: asking looks twice is free, asking Glacier twice is not. */
type Progress = Pick<RequestBatchResult, 'jobs' | 'failed'>;

const adoptedReceipt = (
  settings: RunSettings,
  shard: number,
  archive: ArchiveRow,
  stored: StoredObject,
  softwareVersion: string,
): Receipt =>
  receiptOf(settings, archive, {
    shard,
    outcome: 'verified',
    reason: null,
    message: null,
    stored,
    jobIds: [],
    requestedAt: null,
    readyAt: null,
    settledAt: new Date().toISOString(),
    softwareVersion,
  });

/** A job's notice; null while it runs. */
function noticeOf(ref: JobRef, job: GlacierJobDescription | null): JobNotice | null {
  if (job === null) return { ...ref, status: 'Gone', message: 'Glacier no longer knows the job' };
  if (job.Completed !== true) return null;
  return { ...ref, status: job.StatusCode === 'Succeeded' ? 'Succeeded' : 'Failed', message: job.StatusMessage ?? '' };
}
