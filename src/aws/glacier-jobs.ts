import type { Readable } from 'node:stream';
import {
  DescribeJobCommand,
  GetJobOutputCommand,
  InitiateJobCommand,
  ListJobsCommand,
  type GlacierClient,
  type GlacierJobDescription,
  type JobParameters,
  type ListJobsCommandInput,
} from '@aws-sdk/client-glacier';
import { reached } from '../crash-points';
import { Failure, TransferError } from '../failures';
import type { RunSettings } from '../wire/request';
import { describeAwsError, awsErrorSentence } from './errors';

type Vault = Pick<RunSettings, 'vault'>;
const OWN_ACCOUNT = '-';

/** Concurrent requests to Glacier within one activity. */
export const GLACIER_CONCURRENCY = 10;

/** A response that takes longer counts as lost. */
const RESPONSE_MS = 60_000;

/**
 * Initiates a job; returns its id.
 * @param glacierOnce a client without retries: a retry by the SDK might pay for a second job
 * @throws the AWS error
 */
export async function initiateJob(glacierOnce: GlacierClient, { vault }: Vault, job: JobParameters): Promise<string> {
  const response = await glacierOnce.send(
    new InitiateJobCommand({ accountId: OWN_ACCOUNT, vaultName: vault, jobParameters: job }),
    { abortSignal: AbortSignal.timeout(RESPONSE_MS) },
  );
  if (response.jobId === undefined)
    throw new TransferError(Failure.Unavailable, 'Glacier returned no job id', { retryable: true });
  return response.jobId;
}

/** Null if Glacier no longer has the job (24 h after completion). */
export async function describeJob(
  glacier: GlacierClient,
  { vault }: Vault,
  jobId: string,
): Promise<GlacierJobDescription | null> {
  try {
    return await glacier.send(new DescribeJobCommand({ accountId: OWN_ACCOUNT, vaultName: vault, jobId }));
  } catch (error) {
    if (describeAwsError(error).kind === 'missing') return null;
    throw error;
  }
}

/**
 * A page of the vault's running and recently completed jobs, and the marker of the next page.
 * @param only restricts the list
 */
export async function listJobsPage(
  glacier: GlacierClient,
  vault: string,
  marker: string | undefined,
  only: Pick<ListJobsCommandInput, 'completed' | 'statuscode'> = {},
): Promise<{ jobs: readonly GlacierJobDescription[]; marker: string | null }> {
  const from = marker === undefined ? {} : { marker };
  const page = await glacier.send(new ListJobsCommand({ accountId: OWN_ACCOUNT, vaultName: vault, ...only, ...from }));
  return { jobs: page.JobList ?? [], marker: page.Marker === '' ? null : (page.Marker ?? null) };
}

/** Bytes of a job's output. */
export interface JobOutput {
  readonly body: Readable;
  /** Glacier's tree hash of these bytes; null if it sent none. */
  readonly treeHash: string | null;
}

/**
 * Requests bytes [startByte, endByte) of a job's output. The position of the response is checked here, but not its
 * content: nothing in the SDK verifies it.
 * @throws TransferError JobExpired, JobNotReady; the AWS error otherwise
 */
export async function getJobOutput(
  glacier: GlacierClient,
  { vault }: Vault,
  jobId: string,
  { startByte, endByte, totalBytes }: { startByte: number; endByte: number; totalBytes: number },
  signal: AbortSignal,
): Promise<JobOutput> {
  const whole = startByte === 0 && endByte === totalBytes;
  const command = new GetJobOutputCommand({
    accountId: OWN_ACCOUNT,
    vaultName: vault,
    jobId,
    ...(whole ? {} : { range: `bytes=${startByte}-${endByte - 1}` }),
  });
  try {
    const response = await glacier.send(command, { abortSignal: signal });
    reached('output.opened');
    const body = response.body as Readable;
    const range = response.contentRange?.replace(/^bytes /, '');
    if (!whole && range !== `${startByte}-${endByte - 1}/${totalBytes}` && range !== `${startByte}-${endByte - 1}/*`) {
      body.destroy();
      throw new TransferError(
        Failure.Unavailable,
        `Glacier sent range ${range ?? 'none'} instead of the requested one`,
        {
          retryable: true,
        },
      );
    }
    return { body, treeHash: response.checksum ?? null };
  } catch (error) {
    const awsError = describeAwsError(error);
    if (awsError.kind === 'missing') {
      throw new TransferError(
        Failure.JobExpired,
        `the output of job ${jobId} has expired (${awsErrorSentence(awsError)})`,
      );
    }
    if (awsError.code === 'InvalidParameterValueException' && /not currently available/i.test(awsError.message)) {
      throw new TransferError(Failure.JobNotReady, `job ${jobId} is not ready (${awsErrorSentence(awsError)})`);
    }
    throw error;
  }
}
