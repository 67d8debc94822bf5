import { DescribeVaultCommand, InitiateJobCommand } from '@aws-sdk/client-glacier';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { PublishCommand } from '@aws-sdk/client-sns';
import { DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import { startSandboxClients, type SandboxClients } from 'glacier-sandbox/testing';
import { createClients, type AwsClients } from './clients';
import { HANDLING, describeAwsError } from './errors';
import { stopSentence } from './remedies';

let sandbox: SandboxClients;
let clients: AwsClients;
beforeAll(async () => {
  sandbox = await startSandboxClients();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.sandbox.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDCANARY',
    AWS_SECRET_ACCESS_KEY: 'secret-canary',
  });
  clients = createClients();
});
beforeEach(() => sandbox.sandbox.faults.clear());
afterAll(async () => {
  clients.destroy();
  await sandbox.close();
});

const ExpectedBucketOwner = '111122223333';
const TopicArn = 'arn:aws:sns:us-east-1:111122223333:glacier-transfer';
const object = { Bucket: 'films', Key: 'secret folder/file', ExpectedBucketOwner };
const job = { accountId: '-', vaultName: 'photos', jobParameters: { Type: 'archive-retrieval', ArchiveId: 'a' } };

const REQUESTS = {
  put: () => clients.s3.send(new PutObjectCommand({ ...object, Body: 'b' })),
  head: () => clients.s3.send(new HeadObjectCommand(object)),
  part: () => clients.s3.send(new UploadPartCommand({ ...object, UploadId: 'u', PartNumber: 1, Body: 'b' })),
  list: () => clients.s3.send(new ListObjectsV2Command({ Bucket: 'films' })),
  job: () => clients.glacierOnce.send(new InitiateJobCommand(job)),
  vault: () => clients.glacier.send(new DescribeVaultCommand({ accountId: '-', vaultName: 'nowhere' })),
  publish: () => clients.sns.send(new PublishCommand({ TopicArn, Message: 'm' })),
  remove: () =>
    clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: `${sandbox.sandbox.endpoint}/1/q`, Entries: [] })),
};

/** The failure and sentence of a request that meets an error. */
async function sentenceFor(
  request: keyof typeof REQUESTS,
  error?: { code: string; message?: string; status?: number },
) {
  if (error !== undefined) sandbox.sandbox.faults.add({ rules: [{ fault: 'error', on: '*:*', ...error }] });
  const awsError = describeAwsError(
    await REQUESTS[request]().then(
      () => null,
      (thrown: unknown) => thrown,
    ),
  );
  expect(HANDLING[awsError.kind].remedy).toBe('stop-run');
  return { failure: HANDLING[awsError.kind].failure, sentence: stopSentence(awsError) };
}

const notAllowed = (permission: string, why = 'because no identity-based policy allows the action') =>
  `User: arn:aws:iam::111122223333:user/u is not authorized to perform: ${permission} ${why}`;

test.each<[keyof typeof REQUESTS, string, string, string, string, string]>([
  [
    'put',
    'AccessDenied',
    'Access Denied',
    'AccessDenied',
    'AWS denies s3:PutObject on arn:aws:s3:::films/*',
    'Allow s3:PutObject on arn:aws:s3:::films/*. Also check that bucket films belongs to account 111122223333.',
  ],
  [
    'put',
    'AccessDenied',
    notAllowed('s3:PutObject on resource: "arn:aws:s3:::films/secret folder/file"'),
    'AccessDenied',
    'AWS denies s3:PutObject',
    'Allow s3:PutObject',
  ],
  [
    'put',
    'AccessDenied',
    notAllowed('s3:PutObject on resource: "arn:aws:s3:::films/x"', 'with an explicit deny in a resource-based policy'),
    'AccessDenied',
    'AWS denies s3:PutObject on arn:aws:s3:::films/*',
    'A policy denies it explicitly',
  ],
  [
    'head',
    'AccessDenied',
    '',
    'AccessDenied',
    'HTTP 403: Forbidden',
    'Allow s3:GetObject on arn:aws:s3:::films/* and s3:ListBucket on arn:aws:s3:::films.',
  ],
  ['head', 'ExpiredToken', '', 'CredentialsUnusable', 'HTTP 400: Bad Request', 'log in again'],
  [
    'part',
    'AccessDenied',
    'Access Denied',
    'AccessDenied',
    'AWS denies s3:PutObject',
    'Allow s3:PutObject on arn:aws:s3:::films/*',
  ],
  [
    'list',
    'AccessDenied',
    'Access Denied',
    'AccessDenied',
    'AWS denies s3:ListBucket',
    'Allow s3:ListBucket on arn:aws:s3:::films.',
  ],
  [
    'put',
    'AccessDenied',
    notAllowed('kms:GenerateDataKey on resource: arn:aws:kms:us-east-1:1:key/k'),
    'KeyUnusable',
    'AWS denies kms:GenerateDataKey',
    'Allow kms:GenerateDataKey on arn:aws:kms:us-east-1:1:key/k',
  ],
  [
    'put',
    'KMS.DisabledException',
    'key/k is disabled.',
    'KeyUnusable',
    'S3 of films cannot use its KMS key',
    'Enable the key',
  ],
  ['put', 'NoSuchBucket', 'none', 'BucketUnusable', 'The bucket films no longer exists', 'Create it again'],
  ['put', 'ExpiredToken', 'expired', 'CredentialsUnusable', 'credentials of the workers have expired', 'Log in again'],
  [
    'put',
    'InvalidAccessKeyId',
    'no such id',
    'CredentialsUnusable',
    'does not accept the credentials of the workers for PutObject',
    'Check the access key',
  ],
  [
    'job',
    'AccessDeniedException',
    'no',
    'AccessDenied',
    'AWS denies glacier:InitiateJob',
    'Allow glacier:InitiateJob on vault photos',
  ],
  [
    'job',
    'AccessDeniedException',
    notAllowed('glacier:InitiateJob on resource: arn:aws:glacier:us-east-1:1:vaults/photos'),
    'AccessDenied',
    'AWS denies glacier:InitiateJob',
    'Allow glacier:InitiateJob on arn:aws:glacier:us-east-1:1:vaults/photos',
  ],
  [
    'job',
    'PolicyEnforcedException',
    'denied',
    'ServiceRefused',
    'data retrieval policy',
    'or cancel and start with --tier Bulk',
  ],
  ['job', 'NoLongerSupportedException', 'closed', 'ServiceRefused', 'closed to this account', 'owns the vault'],
  ['job', 'LimitExceededException', 'limit', 'ServiceRefused', 'AWS rejects InitiateJob', 'raise the limit'],
  ['publish', 'AuthorizationError', 'no', 'AccessDenied', 'AWS denies sns:Publish', `Allow sns:Publish on ${TopicArn}`],
  [
    'remove',
    'AccessDeniedException',
    'no',
    'AccessDenied',
    'AWS denies sqs:DeleteMessage on',
    'Allow sqs:DeleteMessage',
  ],
])(
  'the sentence about %s failing with %s "%s" (%s) names the problem and the fix',
  async (request, code, message, failure, problem, fix) => {
    const status = code === 'ExpiredToken' ? 400 : 403;
    const found = await sentenceFor(request, { code, message, status });
    expect(found.failure).toBe(failure);
    expect(found.sentence).toContain(problem);
    expect(found.sentence).toContain(fix);
    expect(found.sentence).toMatch(
      /The run waits, and resumes automatically once this is fixed\. \(AWS request [\w-]+\)$/,
    );
    expect(found.sentence).not.toContain('canary');
    expect(found.sentence).not.toContain('..');
  },
);

test('the sentence about a missing vault names the vault and the fix', async () => {
  const { failure, sentence } = await sentenceFor('vault');
  expect(failure).toBe('ServiceRefused');
  expect(sentence).toMatch(
    /^There is no vault nowhere \(ResourceNotFoundException: Vault not found.*Region of the vault\./,
  );
});

test('the sentence about missing credentials', () => {
  const none = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  });
  expect(stopSentence(describeAwsError(none))).toBe(
    'The worker has no AWS credentials (CredentialsProviderError: Could not load credentials from any providers). ' +
      'Log in, or give the workers a profile or role. The run waits, and resumes automatically once this is fixed.',
  );
});
