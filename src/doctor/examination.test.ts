import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateVaultCommand,
  InitiateVaultLockCommand,
  SetDataRetrievalPolicyCommand,
  SetVaultAccessPolicyCommand,
  SetVaultNotificationsCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import {
  CreateTopicCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { checkAws, type Examination } from '.';
import { createClients, type AwsClients } from '../aws/clients';
import { setUpMessaging } from '../aws/messaging-setup';
import { startSandbox, type Sandbox } from 'glacier-sandbox';
import { createTryRequest } from './try-request';
import type { Check } from './check';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', accountId: '111122223333' };
const VAULT_ARN = 'arn:aws:glacier:us-east-1:111122223333:vaults/photos';
const destination = { vault: 'photos', bucket: 'films', prefix: 'in/' };
const vault = { accountId: '-', vaultName: 'photos' };

let folder: string;
let sandbox: Sandbox;
let aws: AwsClients;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  sandbox = await startSandbox({ dataDir: folder });
  aws = clientsOf(sandbox.endpoint);
  await aws.glacier.send(new CreateVaultCommand(vault));
  await aws.glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('bytes') }));
});
afterEach(async () => {
  aws.destroy();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function clientsOf(endpoint: string, key = 'test'): AwsClients {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: ACCOUNT.region,
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return createClients();
}

const makeBucket = (options: { readonly ObjectLockEnabledForBucket?: true } = {}) =>
  aws.s3.send(new CreateBucketCommand({ Bucket: destination.bucket, ...options }));

/** Checks that are not ok: `failed bucket: what was found`. */
async function findings(examination: Examination = destination, limitMs = 20_000): Promise<string[]> {
  const checks = await checkAws(aws, examination, createTryRequest(limitMs));
  return checks.filter(({ verdict }) => verdict !== 'ok').map(lineOf);
}
const lineOf = ({ verdict, name, message }: Check): string => `${verdict} ${name}: ${message}`;

/** All findings except those about missing notifications. */
const besidesMessaging = (lines: readonly string[]): string[] => lines.filter((line) => !line.includes('photos".'));

test('doctor reports missing notifications and names the setup command', async () => {
  await makeBucket();
  expect(await findings()).toEqual([
    'failed topic: does not exist, so completed jobs are found by polling, hours later: run "glacier-transfer setup photos".',
    'failed queue: glacier-transfer does not exist, so completed jobs are found by polling: run "glacier-transfer setup photos".',
  ]);
});

test('doctor reports both a missing vault and a missing bucket', async () => {
  expect(besidesMessaging(await findings({ ...destination, vault: 'none', bucket: 'nowhere' }))).toEqual([
    'failed vault: the vault none does not exist in this Region and account.',
    'failed bucket: the bucket nowhere does not exist: create it.',
    expect.stringMatching(/^failed topic: /),
    expect.stringMatching(/^failed queue: /),
  ]);
});

test('doctor writes nothing to a bucket of another account', async () => {
  await makeBucket();
  const [line, ...others] = besidesMessaging(await findings({ ...destination, bucketOwner: '999900009999' }));
  expect(line).toMatch(
    /^failed s3:ListBucket: not allowed, or films does not belong to the account 999900009999: .*--bucket-owner/,
  );
  expect(others).toEqual([]);
});

test('doctor reports policies of the vault and account that may affect a run', async () => {
  await makeBucket();
  const deny = (Action: string, Principal: unknown = '*') =>
    JSON.stringify({ Statement: [{ Effect: 'Deny', Principal, Action, Resource: VAULT_ARN }] });
  const { glacier, sns } = aws;
  const stranger = { AWS: 'arn:aws:iam::999900009999:root' };
  await glacier.send(
    new SetVaultAccessPolicyCommand({ ...vault, policy: { Policy: deny('glacier:InitiateJob', stranger) } }),
  );
  await glacier.send(new InitiateVaultLockCommand({ ...vault, policy: { Policy: deny('glacier:DeleteArchive') } }));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'everything' }));
  const vaultNotificationConfig = { SNSTopic: TopicArn, Events: ['ArchiveRetrievalCompleted'] };
  await glacier.send(new SetVaultNotificationsCommand({ ...vault, vaultNotificationConfig }));
  await glacier.send(
    new SetDataRetrievalPolicyCommand({ accountId: '-', Policy: { Rules: [{ Strategy: 'FreeTier' }] } }),
  );
  expect(besidesMessaging(await findings())).toEqual([
    expect.stringMatching(/^warning access policy: set; denies glacier:InitiateJob/),
    expect.stringMatching(/^warning vault lock: in the state InProgress; denies glacier:DeleteArchive/),
    expect.stringMatching(
      /^warning vault notifications: every job is also announced to \S+:everything: each archive causes/,
    ),
    expect.stringMatching(/^warning data retrieval policy: FreeTier limits Standard retrievals/),
  ]);
});

test('doctor reports settings of the bucket that affect objects', async () => {
  await makeBucket({ ObjectLockEnabledForBucket: true });
  const Bucket = destination.bucket;
  const { s3 } = aws;
  const byKey = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: '1234abcd-12ab-34cd-56ef-1234567890ab' } as const;
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byKey }] },
    }),
  );
  await s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
      },
    }),
  );
  const rule = { ID: 'tidy', Status: 'Enabled', Filter: { Prefix: '' } } as const;
  const AbortIncompleteMultipartUpload = { DaysAfterInitiation: 1 };
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: { Rules: [{ ...rule, AbortIncompleteMultipartUpload, Expiration: { Days: 9 } }] },
    }),
  );
  expect(besidesMessaging(await findings())).toEqual([
    expect.stringMatching(/^warning encryption: with the KMS key 1234abcd\S+, without a bucket key/),
    expect.stringMatching(/^warning lifecycle rules: the rule "tidy" aborts uploads after 1 days/),
    expect.stringMatching(/^warning lifecycle rules: the rule "tidy" deletes objects of the destination/),
    expect.stringMatching(/^warning lifecycle rules: the rule "tidy" deletes the records of runs/),
    expect.stringMatching(/^warning object lock: GOVERNANCE: objects cannot be deleted for 30 days/),
  ]);
});

test('doctor distinguishes an explicitly denied action from a missing permission', async () => {
  await makeBucket();
  const Statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:ListMultipartUploadParts',
    Resource: 'arn:aws:s3:::films/*',
  };
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket: destination.bucket, Policy: JSON.stringify({ Statement }) }));
  expect(besidesMessaging(await findings())).toEqual([
    expect.stringMatching(
      /^failed s3:ListMultipartUploadParts: denied by a policy: remove that statement, for \S+films\/in\/\*\./,
    ),
  ]);
});

test('doctor does not report a disabled KMS key as a missing permission', async () => {
  await makeBucket();
  const rules = [{ fault: 'error', on: ['s3:PutObject', 's3:CreateMultipartUpload'], code: 'KMS.DisabledException' }];
  await fetch(`${sandbox.endpoint}/_sandbox/faults`, { method: 'POST', body: JSON.stringify({ rules }) });
  const line =
    /^failed writing and reading: s3:PutObject is allowed, but S3 rejects it: KMS.DisabledException: The key is/;
  expect(besidesMessaging(await findings())).toEqual([expect.stringMatching(line), expect.stringMatching(line)]);
});

describe('the check of notifications', () => {
  beforeEach(() => makeBucket());

  test('passes after setup', async () => {
    await setUpMessaging(aws, ACCOUNT);
    expect(await findings()).toEqual([]);
  });

  test('reports settings changed by hand', async () => {
    const { topicArn, queueUrl, queueArn } = await setUpMessaging(aws, ACCOUNT);
    const Policy = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: topicArn }],
    });
    await aws.sns.send(
      new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'Policy', AttributeValue: Policy }),
    );
    await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { VisibilityTimeout: '3' } }));
    const subscribed = await aws.sns.send(
      new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, ReturnSubscriptionArn: true }),
    );
    await aws.sns.send(new UnsubscribeCommand({ SubscriptionArn: subscribed.SubscriptionArn }));
    await aws.sqs.send(new CreateQueueCommand({ QueueName: 'spy' }));
    const spy = 'arn:aws:sqs:us-east-1:111122223333:spy';
    await aws.sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: spy }));
    const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: 'glacier-transfer-dead-letters' }));
    await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'not from Glacier' }));

    expect(await findings()).toEqual([
      'failed topic: the policy of glacier-transfer differs from that of setup: run "glacier-transfer setup photos".',
      'failed subscription: the queue is not subscribed to the topic: run "glacier-transfer setup photos".',
      `warning subscription: ${spy} is also subscribed to the topic: check that this is intended.`,
      'failed queue: VisibilityTimeout of glacier-transfer differs from what setup creates: run "glacier-transfer setup photos".',
      expect.stringMatching(/^warning dead letters: 1 in glacier-transfer-dead-letters/),
    ]);
  });

  test('leaves waiting messages in the queue', async () => {
    const { queueUrl } = await setUpMessaging(aws, ACCOUNT);
    await aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'waiting' }));
    expect(await findings()).toEqual([]);
    const { Messages } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 0 }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['waiting']);
  });
});

describe('doctor without a response of AWS', () => {
  let deaf: Server;
  beforeEach(async () => {
    deaf = createServer(() => undefined);
    await once(deaf.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    deaf.closeAllConnections();
    await new Promise((resolve) => deaf.close(resolve));
  });

  test('ends at its time limit and does not blame the configuration', async () => {
    aws.destroy();
    const endpoint = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
    aws = clientsOf(endpoint);
    expect(await findings(destination, 100)).toEqual(noResponseFindings('no response within 0.1 s', endpoint));
  });

  test('reports a refused connection, and neither credentials nor clock as ok', async () => {
    const endpoint = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
    deaf.close();
    aws.destroy();
    aws = clientsOf(endpoint);
    expect(await findings()).toEqual(noResponseFindings('connection refused, tried 5 times', endpoint));
  });

  const noResponseFindings = (why: string, endpoint: string): unknown[] => [
    `unknown response: AWS does not respond: ${why}. Tried: glacier:DescribeVault of photos at ${endpoint}. Check the ` +
      'network, DNS, proxy and firewall of this machine.',
    expect.stringMatching(/^unknown credentials: access key .* Not checked: AWS does not respond\.$/),
    'unknown clock: not checked: it is compared with the time in responses of AWS.',
    'unknown vault: not checked: AWS does not respond.',
    'unknown bucket: not checked: AWS does not respond.',
    'unknown messaging: not checked: AWS does not respond.',
  ];
});
