import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateVaultCommand, GlacierClient, InitiateJobCommand, UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type CallRecord, type Sandbox, type SandboxOptions, startSandbox } from '..';

export const vault = { accountId: '-', vaultName: 'photos' };
export const Bucket = 'films';

/** A sandbox with a vault and a bucket, and a client of each service that makes a single attempt per request. */
export interface SandboxClients {
  readonly sandbox: Sandbox;
  readonly dataDir: string;
  readonly glacier: GlacierClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  /** All calls so far. */
  readonly calls: readonly CallRecord[];
  /** Deletes the data folder too. */
  close(): Promise<void>;
}

export async function startSandboxClients(options: Omit<SandboxOptions, 'dataDir'> = {}): Promise<SandboxClients> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const calls: CallRecord[] = [];
  const delaysMs = { bulk: 0, standard: 0, expedited: 0, inventory: 0 };
  const sandbox = await startSandbox({ delaysMs, ...options, dataDir, onCall: (call) => void calls.push(call) });
  const settings = {
    endpoint: sandbox.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const [glacier, sns, sqs] = [new GlacierClient(settings), new SNSClient(settings), new SQSClient(settings)];
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await glacier.send(new CreateVaultCommand(vault));
  await s3.send(new CreateBucketCommand({ Bucket }));
  return {
    sandbox,
    dataDir,
    glacier,
    s3,
    sns,
    sqs,
    calls,
    close: async () => {
      for (const client of [glacier, s3, sns, sqs]) client.destroy();
      await sandbox.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Uploads an archive. Returns its id. */
export async function store({ glacier }: SandboxClients, body: Buffer, archiveDescription = ''): Promise<string> {
  const { archiveId = '' } = await glacier.send(new UploadArchiveCommand({ ...vault, body, archiveDescription }));
  return archiveId;
}

/** Initiates the retrieval of an archive. Returns the job id. */
export async function retrieve({ glacier }: SandboxClients, ArchiveId: string, SNSTopic?: string): Promise<string> {
  const jobParameters = { Type: 'archive-retrieval', ArchiveId, SNSTopic };
  const { jobId = '' } = await glacier.send(new InitiateJobCommand({ ...vault, jobParameters }));
  return jobId;
}
