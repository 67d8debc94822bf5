import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateVaultCommand } from '@aws-sdk/client-glacier';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { Client, Connection } from '@temporalio/client';
import { google } from '@temporalio/proto';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createDependencies } from '../../activities/dependencies';
import { createClients, type AwsClients } from '../../src/aws/clients';
import { setUpMessaging } from '../../src/aws/messaging-setup';
import { startSandbox, type CallRecord, type Sandbox, type SandboxOptions } from 'glacier-sandbox';
import { loadDevSettings } from '../../src/temporal/dev-settings';
import { configureNamespace } from '../../src/temporal/dev-server';
import { Bridge } from '../../workers/bridge';
import { createControlWorker, createTransferWorker } from '../../workers/create';
import { createDeliverNotices } from '../../workers/deliver-notices';
import { createRunControl } from '../../workers/run-control';
import { installQuietRuntime, serverAddress, workflowBundle } from './temporal';

export const VAULT = 'photos';
export const BUCKET = 'destination';
export const REGION = 'us-east-1';
const ACCOUNT_ID = '111122223333';

export interface StackOptions {
  readonly sandbox?: Omit<SandboxOptions, 'dataDir'>;
  /** 0 replays the whole history at every workflow task. */
  readonly maxCachedWorkflows?: number;
  /** False: the server does not know our search attributes. @default true */
  readonly searchAttributes?: boolean;
  /** False: the test starts its own worker processes. @default true */
  readonly workers?: boolean;
}

/** A sandbox with a vault and a bucket, workers of all roles, and a Temporal namespace of their own. */
export interface Stack {
  readonly sandbox: Sandbox;
  readonly clients: AwsClients;
  readonly client: Client;
  readonly namespace: string;
  /** What points another process at this stack. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every call of the sandbox so far. */
  readonly calls: readonly CallRecord[];
  /** How many calls of one operation there were. */
  count(operation: string): number;
  close(): Promise<void>;
}

/** Points this process at a new sandbox, and starts the rest in front of it. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  installQuietRuntime();
  const dataDir = await mkdtemp(join(tmpdir(), 'stack-'));
  const calls: CallRecord[] = [];
  const sandbox = await startSandbox({
    delaysMs: { bulk: 50, standard: 50, expedited: 50, inventory: 50 },
    ...options.sandbox,
    dataDir,
    onCall: (call) => {
      calls.push(call);
      options.sandbox?.onCall?.(call);
    },
  });
  const environment = {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    TEMPORAL_ADDRESS: serverAddress(),
    TEMPORAL_NAMESPACE: `test-${randomUUID()}`,
  };
  Object.assign(process.env, environment);

  const clients = createClients();
  await clients.glacier.send(new CreateVaultCommand({ accountId: '-', vaultName: VAULT }));
  await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await setUpMessaging(clients, { partition: 'aws', region: REGION, accountId: ACCOUNT_ID });

  const namespace = environment.TEMPORAL_NAMESPACE;
  const connection = await Connection.connect({ address: environment.TEMPORAL_ADDRESS });
  await makeNamespace(connection, namespace, options.searchAttributes !== false);
  const client = new Client({ connection, namespace });
  const running = options.workers === false ? null : await startAll(client, clients, options);

  return {
    sandbox,
    clients,
    client,
    namespace,
    environment,
    calls,
    count: (operation) => calls.filter((call) => call.operation === operation).length,
    close: async () => {
      await running?.stop();
      await connection.close();
      clients.destroy();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Test files share the server but not their task queues: each has a namespace, as wide as the one of `dev`. */
async function makeNamespace(connection: Connection, namespace: string, searchAttributes: boolean): Promise<void> {
  const settings = loadDevSettings();
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: google.protobuf.Duration.fromObject({ seconds: 86_400 }),
  });
  if (searchAttributes) await configureNamespace(connection, { ...settings, namespace });
}

async function startAll(
  client: Client,
  clients: AwsClients,
  { maxCachedWorkflows }: StackOptions,
): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect({ address: serverAddress() });
  const place = { connection, namespace: client.options.namespace };
  const dependencies = createDependencies(clients, { ...createRunControl(client), softwareVersion: 'test' });
  const { codePath } = workflowBundle();
  const workers: Worker[] = [
    await createControlWorker(place, dependencies, codePath, {
      // Fail instead of retrying for ever: a bug in workflow code must end the test.
      workflowFailureErrorTypes: { '*': ['Error'] },
      ...(maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows }),
    }),
    await createTransferWorker(place, dependencies),
  ];
  const bridge = new Bridge({
    sqs: clients.sqs,
    deliver: createDeliverNotices(client),
    log: pino({ level: 'silent' }),
  });
  const runs = [...workers.map((worker) => worker.run()), bridge.run()];
  return {
    stop: async () => {
      bridge.stop();
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
      await connection.close();
    },
  };
}
