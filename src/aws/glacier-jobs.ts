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

/** Glacier is asked by so many at a time within one activity. */
export const GLACIER_AT_ONCE = 10;

/** An answer that takes longer is taken for lost. */
const ANSWER_MS = 60_000;

/**
 * Starts a job; returns its id.
 * @param glacierOnce tries once: a second try of the SDK's might pay for a second job
 * @throws the AWS error
 */
export async function initiateJob(glacierOnce: GlacierClient, { vault }: Vault, job: JobParameters): Promise<string> {
  const reply = await glacierOnce.send(
    new InitiateJobCommand({ accountId: OWN_ACCOUNT, vaultName: vault, jobParameters: job }),
    { abortSignal: AbortSignal.timeout(ANSWER_MS) },
  );
  if (reply.jobId === undefined)
    throw new TransferError(Failure.Unavailable, 'Glacier gave no job id', { retryable: true });
  return reply.jobId;
}

/** Glacier's word on a job; null when it no longer knows it (24 h after completion). */
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
 * A page of the vault's jobs, running and lately finished ones, and the marker of the next one.
 * @param only which of them
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
  /** Glacier's tree hash of these bytes, where it gave one. */
  readonly treeHash: string | null;
}

/**
 * Asks for bytes [startByte, endByte) of a job's output. The reply's length and position are checked here, its
 * content never: nothing in the SDK verifies it.
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
    const reply = await glacier.send(command, { abortSignal: signal });
    reached('output.opened');
    const body = reply.body as Readable;
    const range = reply.contentRange?.replace(/^bytes /, '');
    if (!whole && range !== `${startByte}-${endByte - 1}/${totalBytes}` && range !== `${startByte}-${endByte - 1}/*`) {
      body.destroy();
      throw new TransferError(
        Failure.Unavailable,
        `Glacier sent range ${range ?? 'none'} instead of the one asked for`,
        {
          retryable: true,
        },
      );
    }
    return { body, treeHash: reply.checksum ?? null };
  } catch (error) {
    const awsError = describeAwsError(error);
    if (awsError.kind === 'missing') {
      throw new TransferError(Failure.JobExpired, `the output of job ${jobId} is gone (${awsErrorSentence(awsError)})`);
    }
    if (awsError.code === 'InvalidParameterValueException' && /not currently available/i.test(awsError.message)) {
      throw new TransferError(Failure.JobNotReady, `job ${jobId} is not ready (${awsErrorSentence(awsError)})`);
    }
    throw error;
  }
}
