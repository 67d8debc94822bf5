import { performance } from 'node:perf_hooks';
import { describeAwsError, awsErrorSentence } from '../src/aws/errors';
import { describeJob } from '../src/aws/glacier-jobs';
import { findFinishedInventory, lastInventory } from '../src/aws/inventory-jobs';
import type { JobRequests } from '../src/aws/job-requests';
import { Failure, TransferError } from '../src/failures';
import { INVENTORY_INDEX, jobDescription } from '../src/ids';
import type { InitiatedInventory } from '../src/wire/job';
import type { RunSettings } from '../src/wire/request';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';

export const createInitiateInventoryActivities = ({ clients: { glacier }, jobs }: Dependencies) => ({
  /**
   * Finds a completed job, of this run or any other client, with the latest inventory of the whole vault in JSON. If there
   * is none, initiates one, or finds the one that this run has initiated already.
   * @throws TransferError NoInventoryYet, Refused; AWS errors
   */
  async initiateInventory(settings: RunSettings): Promise<InitiatedInventory> {
    const { date } = await lastInventory(glacier, settings);
    if (date === null) throw noInventoryYet(settings, 'Glacier gives no inventory date');
    const found = await findFinishedInventory(glacier, settings, date, abortSignal());
    if (found !== null) return { jobId: found, finished: true };
    const jobId = await initiateJob(jobs, settings);
    // An adopted job may have completed already, and then there is no further notification.
    const job = await describeJob(glacier, settings, jobId);
    return { jobId, finished: job?.StatusCode === 'Succeeded' };
  },
});

async function initiateJob(jobs: JobRequests, settings: RunSettings): Promise<string> {
  try {
    const jobId = await jobs.request(
      settings.vault,
      {
        Type: 'inventory-retrieval',
        Format: 'JSON',
        Description: jobDescription(settings.run, INVENTORY_INDEX),
        ...(settings.topicArn === null ? {} : { SNSTopic: settings.topicArn }),
      },
      performance.now(),
      abortSignal(),
    );
    if (jobId !== null) return jobId;
    throw new TransferError(Failure.Unavailable, 'Glacier throttles job requests', { retryable: true });
  } catch (error) {
    const awsError = describeAwsError(error);
    throw awsError.kind === 'missing' ? noInventoryYet(settings, awsErrorSentence(awsError)) : error;
  }
}

const noInventoryYet = ({ vault }: RunSettings, evidence: string): TransferError =>
  new TransferError(
    Failure.NoInventoryYet,
    `vault ${vault} has no inventory yet: Glacier writes the first one 12 to 24 hours after the first upload. ` +
      `Start the run again then. (${evidence})`,
  );
