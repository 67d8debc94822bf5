import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateVaultCommand, GlacierClient, InitiateJobCommand, UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type CallRecord, type Sandbox, type SandboxOptions, startSandbox } from '.';

const REGION = 'us-east-1';
const vault = { accountId: '-', vaultName: 'photos' };
const authorizationFor = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20261123/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=00`;

let dataDir: string;
let open: Sandbox[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  open = [];
});

afterEach(async () => {
  for (const sandbox of open) await sandbox.close();
  await rm(dataDir, { recursive: true });
});

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ dataDir, ...options });
  open.push(sandbox);
  return sandbox;
}

const settingsOf = (sandbox: Sandbox) => ({
  endpoint: sandbox.endpoint,
  region: REGION,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

test('an unsigned request gets AccessDenied, as from S3', async () => {
  const { endpoint } = await start();
  const response = await fetch(`${endpoint}/bucket/key`);
  expect(response.status).toBe(403);
  expect(response.headers.get('x-amz-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await response.text()).toContain('<Code>AccessDenied</Code>');
});

test('a request for a service that the sandbox does not have gets NotImplemented', async () => {
  const { endpoint } = await start();
  const response = await fetch(endpoint, { method: 'POST', headers: { authorization: authorizationFor('ec2') } });
  expect(response.status).toBe(501);
  expect(await response.text()).toContain('The sandbox has glacier, s3, sns and sqs');
});

test.each([
  ['glacier', 'x-amzn-requestid'],
  ['sns', 'x-amzn-requestid'],
  ['sqs', 'x-amzn-requestid'],
  ['s3', 'x-amz-request-id'],
])('responses of %s have the request id header %s', async (service, header) => {
  const { endpoint } = await start();
  const response = await fetch(endpoint, { headers: { authorization: authorizationFor(service) } });
  expect(response.headers.get(header)).toBeTruthy();
});

test('startSandbox rejects a port that is in use', async () => {
  const { port } = await start();
  await expect(startSandbox({ dataDir, port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
});

test('every call is reported and logged', async () => {
  const reported: CallRecord[] = [];
  const sandbox = await start({ onCall: (call) => reported.push(call) });
  const glacier = new GlacierClient(settingsOf(sandbox));
  await glacier.send(new CreateVaultCommand(vault));
  const unknown = new UploadArchiveCommand({ accountId: '-', vaultName: 'none', body: Buffer.from('x') });
  await expect(glacier.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  glacier.destroy();
  await sandbox.close();
  open = [];

  expect(reported).toMatchObject([
    { service: 'glacier', operation: 'CreateVault', status: 201, detail: { vault: 'photos' } },
    {
      service: 'glacier',
      operation: 'UploadArchive',
      status: 404,
      detail: { vault: 'none', error: 'ResourceNotFoundException' },
    },
  ]);
  const kept = (await readFile(join(dataDir, 'calls.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(kept.map((line) => JSON.parse(line))).toEqual(reported);
});

test('an upload whose connection breaks is reported and leaves no data', async () => {
  let reported: (call: CallRecord) => void;
  const call = new Promise<CallRecord>((resolve) => (reported = resolve));
  const sandbox = await start({ onCall: (call) => call.operation === 'UploadArchive' && reported(call) });
  const glacier = new GlacierClient(settingsOf(sandbox));
  await glacier.send(new CreateVaultCommand(vault));
  glacier.destroy();
  const upload = httpRequest(`${sandbox.endpoint}/-/vaults/photos/archives`, {
    method: 'POST',
    headers: {
      authorization: authorizationFor('glacier'),
      'x-amz-glacier-version': '2012-06-01',
      'x-amz-content-sha256': '00',
      'x-amz-sha256-tree-hash': '00',
      'content-length': 1_000_000,
      expect: '100-continue',
    },
  });
  upload.on('error', () => {});
  upload.flushHeaders();
  await once(upload, 'continue');
  upload.write(Buffer.alloc(1000), () => upload.destroy());
  expect(await call).toMatchObject({ status: 0 });
  while ((await readdir(join(dataDir, 'glacier', 'blobs'))).length > 0);
});

test('the notification of a job reaches a queue, even after a restart', async () => {
  const first = await start({ delaysMs: { inventory: 200 } });
  const sns = new SNSClient(settingsOf(first));
  const sqs = new SQSClient(settingsOf(first));
  const glacier = new GlacierClient(settingsOf(first));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'jobs' }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const queueArn = `arn:aws:sqs:${REGION}:111122223333:jobs`;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: queueArn },
    ],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }));
  await glacier.send(new CreateVaultCommand(vault));
  await glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('x') }));
  const jobParameters = { Type: 'inventory-retrieval', SNSTopic: TopicArn };
  const { jobId } = await glacier.send(new InitiateJobCommand({ ...vault, jobParameters }));
  for (const client of [sns, sqs, glacier]) client.destroy();
  await first.close();
  open = [];

  const second = await start({ port: first.port });
  const reader = new SQSClient(settingsOf(second));
  const { Messages } = await reader.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  reader.destroy();
  const notification = JSON.parse(Messages?.[0]?.Body ?? '');
  expect(JSON.parse(notification.Message)).toMatchObject({ JobId: jobId, StatusCode: 'Succeeded' });
});

test('closing the sandbox ends open long polls', async () => {
  const sandbox = await start();
  const sqs = new SQSClient(settingsOf(sandbox));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const poll = httpRequest(sandbox.endpoint, {
    method: 'POST',
    headers: {
      authorization: authorizationFor('sqs'),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.ReceiveMessage',
      expect: '100-continue',
    },
  });
  const ended = new Promise((resolve) => poll.on('error', resolve).on('response', resolve));
  poll.flushHeaders();
  await once(poll, 'continue');
  poll.end(JSON.stringify({ QueueUrl, WaitTimeSeconds: 20 }));
  await sqs.send(new ListQueuesCommand({}));
  sqs.destroy();
  await sandbox.close();
  open = [];
  await ended;
  await expect(fetch(sandbox.endpoint)).rejects.toThrow('fetch failed');
});
