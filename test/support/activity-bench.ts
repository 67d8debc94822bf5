import { createCipheriv, createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateVaultCommand, UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import {
  createBytesActivities,
  createControlActivities,
  type BytesActivities,
  type ControlActivities,
} from '../../activities';
import { createDependencies, type Dependencies } from '../../activities/dependencies';
import { AdaptiveRate } from '../../src/aws/adaptive-rate';
import { createClients, type AwsClients } from '../../src/aws/clients';
import { describeJob, initiateJob } from '../../src/aws/glacier-jobs';
import { JobRequests } from '../../src/aws/job-requests';
import { shardKey } from '../../src/ids';
import { startSandbox, type Sandbox } from 'glacier-sandbox';
import type { ArchiveRow } from '../../src/wire/inventory';
import { SETTINGS } from './samples';
import { startFaultyProxy, type FaultyProxy } from './faulty-proxy';
import { until } from './until';

/** Known by method and address: the sandbox's own record of a call comes after its answer, too late to be counted on. */
const OPERATIONS = {
  InitiateJob: /^POST .*\/jobs$/,
  GetJobOutput: /^GET .*\/output$/,
  UploadPart: /^PUT .*[?&]partNumber=/,
  GetObject: /^GET .*x-id=GetObject$/,
} as const;

/** Enough for a few throttled requests. */
const THROTTLE_PATIENCE_MS = 200;

/** What a mock activity environment is told, and what it tells. */
export interface Attempt {
  readonly attempt?: number;
  readonly heartbeatDetails?: unknown;
  readonly scheduledTimestampMs?: number;
  readonly workflowId?: string;
  /** Hears each heartbeat; may cancel by the environment. */
  readonly onHeartbeat?: (details: unknown, environment: MockActivityEnvironment) => void;
}

type AnyActivity = (...input: unknown[]) => Promise<unknown>;
type Activities = BytesActivities & ControlActivities;

/** All activities on a sandbox behind a proxy that may misbehave, without Temporal. */
export interface ActivityBench {
  readonly clients: AwsClients;
  readonly dependencies: Dependencies;
  readonly proxy: FaultyProxy;
  readonly sandbox: Sandbox;
  /** Requests for one operation that have reached the sandbox. */
  count(operation: keyof typeof OPERATIONS): number;
  /** Runs one attempt of an activity. */
  run<N extends keyof Activities>(
    name: N,
    input: Parameters<Activities[N]>,
    attempt?: Attempt,
  ): ReturnType<Activities[N]>;
  /** Uploads an archive and returns its row. */
  archive(index: number, bytes: Buffer): Promise<ArchiveRow>;
  /** A job for the archive whose output can be read. */
  readyJob(archive: ArchiveRow): Promise<string>;
  putShard(shard: number, rows: readonly ArchiveRow[]): Promise<void>;
  putObject(key: string, body: string | Buffer): Promise<void>;
  getText(key: string): Promise<string>;
  close(): Promise<void>;
}

/** Bytes that look random and follow from the seed alone. */
export function bytesOf(seed: string, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

export async function startActivityBench(): Promise<ActivityBench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'activity-bench-'));
  const delaysMs = { bulk: 10, standard: 10, expedited: 60_000, inventory: 10 };
  const sandbox = await startSandbox({ dataDir, delaysMs });
  const proxy = await startFaultyProxy(sandbox.endpoint);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: proxy.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const clients = createClients();
  const { glacier, s3 } = clients;
  const { vault, bucket } = SETTINGS;
  await glacier.send(new CreateVaultCommand({ accountId: '-', vaultName: vault }));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const dependencies = {
    ...createDependencies(clients, {
      hasSearchAttributes: async () => true,
      softwareVersion: 'test',
      findClosedShards: async () => [],
      cancelRun: async () => undefined,
      updateRun: async () => undefined,
    }),
    jobs: new JobRequests(clients, new AdaptiveRate(), THROTTLE_PATIENCE_MS),
  };

  const activities: Activities = { ...createControlActivities(dependencies), ...createBytesActivities(dependencies) };

  return {
    clients,
    dependencies,
    proxy,
    sandbox,
    count: (operation) => proxy.forwarded.filter((request) => OPERATIONS[operation].test(request)).length,
    run: (name, input, { workflowId, onHeartbeat, ...info } = {}) => {
      const environment = new MockActivityEnvironment(
        { ...info, workflowExecution: { workflowId: workflowId ?? SETTINGS.run, runId: 'r' } },
        { logger: new DefaultLogger('ERROR') },
      );
      if (onHeartbeat !== undefined) environment.on('heartbeat', (details) => onHeartbeat(details, environment));
      const activity = activities[name] as unknown as AnyActivity;
      return environment.run<unknown[], unknown, AnyActivity>(activity, ...input) as ReturnType<
        Activities[typeof name]
      >;
    },
    archive: async (index, body) => {
      const archiveDescription = `file ${index}`;
      const reply = await glacier.send(
        new UploadArchiveCommand({ accountId: '-', vaultName: vault, archiveDescription, body }),
      );
      return {
        index,
        archiveId: reply.archiveId ?? '',
        sizeBytes: body.length,
        treeHash: reply.checksum ?? '',
        creationDate: '2020-01-01T00:00:00Z',
        description: archiveDescription,
        key: `files/${index}`,
        nameFormat: 'plain',
        ownWorkflow: false,
      };
    },
    readyJob: async ({ archiveId }) => {
      const jobId = await initiateJob(glacier, SETTINGS, {
        Type: 'archive-retrieval',
        ArchiveId: archiveId,
        Tier: 'Bulk',
      });
      await until(async () => (await describeJob(glacier, SETTINGS, jobId))?.Completed === true);
      return jobId;
    },
    putShard: async (shard, rows) => {
      const Body = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: shardKey(SETTINGS.run, shard), Body }));
    },
    putObject: async (Key, Body) => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    },
    getText: async (Key) => {
      const reply = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return await text(reply.Body as NodeJS.ReadableStream & AsyncIterable<Buffer>);
    },
    close: async () => {
      clients.destroy();
      await proxy.close();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
