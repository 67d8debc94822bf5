import type { Readable } from 'node:stream';
import {
  DescribeJobCommand,
  GetJobOutputCommand,
  InitiateJobCommand,
  ListJobsCommand,
  type GlacierClient,
  type GlacierJobDescription,
  type JobParameters,
} from '@aws-sdk/client-glacier';
import { Failure, TransferError } from '../failures';
import type { RunSettings } from '../wire/request';
import { describeFault, faultSentence } from './faults';

type Vault = Pick<RunSettings, 'vault'>;
const OWN_ACCOUNT = '-';

/** Starts a job; returns its id. @throws the AWS error */
export async function initiateJob(glacier: GlacierClient, { vault }: Vault, job: JobParameters): Promise<string> {
  const reply = await glacier.send(
    new InitiateJobCommand({ accountId: OWN_ACCOUNT, vaultName: vault, jobParameters: job }),
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
    if (describeFault(error).code === 'ResourceNotFoundException') return null;
    throw error;
  }
}

/** Every job of the vault that Glacier still lists, newest page order as given. */
export async function* listJobs(glacier: GlacierClient, { vault }: Vault): AsyncGenerator<GlacierJobDescription> {
  let marker: string | undefined;
  do {
    const page = await glacier.send(
      new ListJobsCommand({ accountId: OWN_ACCOUNT, vaultName: vault, ...(marker === undefined ? {} : { marker }) }),
    );
    yield* page.JobList ?? [];
    marker = page.Marker;
  } while (marker !== undefined && marker !== '');
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
    const fault = describeFault(error);
    if (fault.code === 'ResourceNotFoundException') {
      throw new TransferError(Failure.JobExpired, `the output of job ${jobId} is gone (${faultSentence(fault)})`);
    }
    if (fault.code === 'InvalidParameterValueException' && /not currently available/i.test(fault.message)) {
      throw new TransferError(Failure.JobNotReady, `job ${jobId} is not ready (${faultSentence(fault)})`);
    }
    throw error;
  }
}
