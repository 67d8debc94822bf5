import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateVaultCommand,
  DescribeVaultCommand,
  GlacierClient,
  InitiateJobCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import {
  CreateBucketCommand,
  GetObjectCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Sandbox, startSandbox } from '..';

const vault = { accountId: '-', vaultName: 'photos' };
const Bucket = 'films';
const COPIER_ARN = 'arn:aws:iam::111122223333:user/copier';
const VAULT_ARN = 'arn:aws:glacier:us-east-1:111122223333:vaults/photos';

const COPIER_POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['glacier:Describe*', 'glacier:InitiateJob'], Resource: VAULT_ARN },
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: 'arn:aws:s3:::films/in/*' },
    { Effect: 'Deny', Action: 's3:PutObject', Resource: 'arn:aws:s3:::films/in/kept/*' },
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-east-1:111122223333:jobs' },
  ],
};
interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
const OWNER: Key = { accessKeyId: 'OWNER', secretAccessKey: 'owner secret' };
const COPIER: Key = { accessKeyId: 'COPIER', secretAccessKey: 'copier secret' };
const LISTER: Key = { accessKeyId: 'LISTER', secretAccessKey: 'lister secret' };
const CLEANER: Key = { accessKeyId: 'CLEANER', secretAccessKey: 'cleaner secret' };
const GUEST: Key = { accessKeyId: 'GUEST', secretAccessKey: 'guest secret', sessionToken: 'token' };
const CLEANER_POLICY = {
  Statement: { Effect: 'Allow', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::films/out/*' },
};
const LISTER_POLICY = { Statement: { Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetObject'], Resource: '*' } };

let folder: string;
let sandbox: Sandbox;
const clients: { destroy(): void }[] = [];

/** Clients of all services with one key. */
function as(key: Key) {
  const settings = { endpoint: sandbox.endpoint, region: 'us-east-1', credentials: key, maxAttempts: 1 };
  const made = {
    glacier: new GlacierClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
  };
  clients.push(...Object.values(made));
  return made;
}
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-'));
  const credentialsFile = join(folder, 'credentials.yaml');
  const keys = [
    OWNER,
    { ...COPIER, user: 'copier', policy: COPIER_POLICY },
    { ...LISTER, policy: 'lister.json' },
    { ...CLEANER, policy: CLEANER_POLICY },
    { ...GUEST, expiresAt: '2020-01-01T00:00:00Z' },
  ];
  writeFileSync(credentialsFile, JSON.stringify({ keys }));
  writeFileSync(join(folder, 'lister.json'), JSON.stringify(LISTER_POLICY));
  sandbox = await startSandbox({ dataDir: join(folder, 'data'), credentialsFile });
  const owner = as(OWNER);
  await owner.glacier.send(new CreateVaultCommand(vault));
  await owner.glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('bytes') }));
  await owner.s3.send(new CreateBucketCommand({ Bucket }));
  await owner.sns.send(new CreateTopicCommand({ Name: 'jobs' }));
  await owner.sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

describe.each([
  [
    'an unknown key',
    { accessKeyId: 'NOBODY', secretAccessKey: 'x' },
    'UnrecognizedClientException',
    'InvalidAccessKeyId',
  ],
  ['a wrong secret', { ...OWNER, secretAccessKey: 'x' }, 'InvalidSignatureException', 'SignatureDoesNotMatch'],
  ['an expired token', GUEST, 'ExpiredTokenException', 'ExpiredToken'],
])('%s is rejected', (_what, key, glacierCode, s3Code) => {
  test('every service rejects the call with its own error code', async () => {
    const { glacier, s3, sns, sqs } = as(key);
    await expect(glacier.send(new DescribeVaultCommand(vault))).rejects.toMatchObject({ name: glacierCode });
    const put = s3.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'body' }));
    await expect(put).rejects.toMatchObject({ name: s3Code });
    const status = { $metadata: { httpStatusCode: 403 } };
    await expect(sns.send(new ListTopicsCommand())).rejects.toMatchObject(status);
    await expect(sqs.send(new ListQueuesCommand())).rejects.toMatchObject(status);
  });
});

test('a user may do what the policy allows, and nothing else', async () => {
  const { glacier, s3, sns, sqs } = as(COPIER);
  await glacier.send(new InitiateJobCommand({ ...vault, jobParameters: { Type: 'inventory-retrieval' } }));
  await expect(glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('x') }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::111122223333:user/copier is not authorized to perform: glacier:UploadArchive on resource: ${VAULT_ARN} because no identity-based policy allows the glacier:UploadArchive action`,
  });
  await s3.send(new PutObjectCommand({ Bucket, Key: 'in/a', Body: 'body' }));
  const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
  for (const Key of ['out/a', 'in/kept/a']) {
    await expect(s3.send(new PutObjectCommand({ Bucket, Key, Body: 'body' }))).rejects.toMatchObject(denied);
  }
  await sqs.send(new SendMessageCommand({ QueueUrl: `${sandbox.endpoint}/111122223333/jobs`, MessageBody: 'news' }));
  await expect(sqs.send(new ListQueuesCommand())).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(sns.send(new ListTopicsCommand())).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
});

test('writing a tag requires its own permission', async () => {
  const { s3 } = as(COPIER);
  const tagged = s3.send(new PutObjectCommand({ Bucket, Key: 'in/tagged', Body: 'body', Tagging: 'a=b' }));
  await expect(tagged).rejects.toThrow('s3:PutObjectTagging');
});

test('only a caller with ListBucket learns that an object does not exist', async () => {
  const missing = { Bucket, Key: 'in/missing' };
  await expect(as(COPIER).s3.send(new HeadObjectCommand(missing))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
  await expect(as(LISTER).s3.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await as(LISTER).s3.send(new ListObjectsV2Command({ Bucket }))).toMatchObject({ KeyCount: 1 });
});

test('DeleteObjects requires a permission for each object', async () => {
  const owner = as(OWNER).s3;
  for (const Key of ['in/kept/one', 'out/one']) await owner.send(new PutObjectCommand({ Bucket, Key, Body: 'body' }));
  const Objects = [{ Key: 'in/kept/one' }, { Key: 'out/one' }];
  const { Deleted, Errors } = await as(CLEANER).s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Deleted).toMatchObject([{ Key: 'out/one' }]);
  expect(Errors).toMatchObject([{ Key: 'in/kept/one', Code: 'AccessDenied' }]);
});

test('a bucket policy denies every caller, and allows callers without a permission of their own', async () => {
  const statements = [
    { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::films/*' },
    { Effect: 'Allow', Principal: { AWS: COPIER_ARN }, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::films' },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const owner = as(OWNER).s3;
  await owner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await expect(owner.send(new DeleteObjectCommand({ Bucket, Key: 'in/a' }))).rejects.toThrow(
    'with an explicit deny in a resource-based policy',
  );
  await as(COPIER).s3.send(new ListObjectsV2Command({ Bucket }));
  await owner.send(new DeleteBucketPolicyCommand({ Bucket }));
});
