import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateVaultCommand, ListJobsCommand, UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { CreateBucketCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { checkAws } from '.';
import { createClients, type AwsClients } from '../aws/clients';
import { setUpMessaging } from '../aws/messaging-setup';
import { startSandbox, type Sandbox } from 'glacier-sandbox';
import { createTryRequest } from './try-request';
import type { Check } from './check';
import { policyFor, type PolicyDocument, type PolicyName } from './policy';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', accountId: '111122223333' };
const destination = { vault: 'photos', bucket: 'films', prefix: 'in/' };
const policyOf = (name: PolicyName): PolicyDocument => policyFor(name, { ...ACCOUNT, ...destination, keyArn: null });
const COPIER = policyOf('copier');
const actionsOf = ({ Action }: { readonly Action: string | readonly string[] }): readonly string[] => [Action].flat();
const ACTIONS = [...new Set(COPIER.Statement.flatMap(actionsOf))].toSorted();

const without = (action: string): PolicyDocument => ({
  ...COPIER,
  Statement: COPIER.Statement.map((statement) => ({
    ...statement,
    Action: actionsOf(statement).filter((one) => one !== action),
  })).filter(({ Action }) => Action.length > 0),
});

let folder: string;
let sandbox: Sandbox;
const opened: AwsClients[] = [];

function as(user: string): AwsClients {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: ACCOUNT.region,
    AWS_ACCESS_KEY_ID: user,
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  const aws = createClients();
  opened.push(aws);
  return aws;
}
const examine = (user: string, examination = destination): Promise<readonly Check[]> =>
  checkAws(as(user), examination, createTryRequest(20_000));
const found = (checks: readonly Check[]): string[] =>
  checks
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ verdict, name, message }) => `${verdict} ${name}: ${message}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  const policies = {
    COPIER,
    SETUP: policyOf('setup'),
    PLANNER: policyOf('planner'),
    ...Object.fromEntries(ACTIONS.map((action) => [action, without(action)])),
  };
  const users = Object.entries(policies).map(([user, policy]) => ({
    accessKeyId: user,
    secretAccessKey: 'secret',
    policy,
  }));
  const credentialsFile = join(folder, 'keys.json');
  writeFileSync(
    credentialsFile,
    JSON.stringify({ keys: [{ accessKeyId: 'OWNER', secretAccessKey: 'secret' }, ...users] }),
  );
  sandbox = await startSandbox({ dataDir: join(folder, 'data'), credentialsFile });
  const { glacier, s3 } = as('OWNER');
  const vault = { accountId: '-', vaultName: destination.vault };
  await glacier.send(new CreateVaultCommand(vault));
  await glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('bytes') }));
  await s3.send(new CreateBucketCommand({ Bucket: destination.bucket }));
});
afterAll(async () => {
  for (const aws of opened) aws.destroy();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

test('the setup policy is sufficient for setup', async () => {
  const { topicArn } = await setUpMessaging(as('SETUP'), ACCOUNT);
  expect((await setUpMessaging(as('SETUP'), ACCOUNT)).changes).toEqual([]);
  expect(topicArn).toContain('glacier-transfer');
});

test('with the copier policy all checks of doctor pass', async () => {
  expect(found(await examine('COPIER'))).toEqual([]);
});

const ONLY_DOCTORS = new Set(
  COPIER.Statement.filter(({ Sid }) => Sid.startsWith('Doctor'))
    .flatMap(actionsOf)
    .filter((action) => action !== 'sqs:GetQueueUrl'),
);

test.each(ACTIONS)('without %s doctor names that action and no other', async (action) => {
  const checks = await examine(action);
  const named = found(checks).flatMap((line) => /\b(glacier|s3|kms|sns|sqs):[A-Z][A-Za-z]+/.exec(line)?.[0] ?? []);
  expect(new Set(named)).toEqual(new Set([action]));
  expect(checks.some(({ verdict }) => verdict === 'failed')).toBe(!ONLY_DOCTORS.has(action));
  expect(checks.filter(({ verdict }) => verdict === 'unknown')).toEqual([]);
});

test('a copier policy for another prefix is not sufficient', async () => {
  const names = (await examine('COPIER', { ...destination, prefix: 'out/' }))
    .filter(({ verdict, message }) => verdict === 'failed' && message.includes('arn:aws:s3:::films/out/*'))
    .map(({ name }) => name);
  expect(new Set(names)).toEqual(
    new Set(['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload']),
  );
});

test('doctor reports an unknown access key, not missing permissions', async () => {
  expect(found(await examine('NOBODY'))).toEqual([
    expect.stringMatching(/^failed accepted: AWS does not accept these credentials: UnrecognizedClientException/),
    'unknown vault: not checked: AWS does not accept the credentials.',
    'unknown bucket: not checked: AWS does not accept the credentials.',
    'unknown messaging: not checked: AWS does not accept the credentials.',
  ]);
});

test('the planner policy allows reading all settings and changing nothing', async () => {
  const lines = found(await examine('PLANNER'));
  const failed = lines.filter((line) => line.startsWith('failed')).map((line) => line.split(' ')[1]);
  const needed = [
    'glacier:InitiateJob:',
    's3:AbortMultipartUpload:',
    's3:ListBucketMultipartUploads:',
    's3:ListMultipartUploadParts:',
    's3:PutObject:',
    'sns:GetTopicAttributes:',
    'sqs:GetQueueUrl:',
  ];
  expect(new Set(failed)).toEqual(new Set(needed));
});

test('doctor leaves one object, only the upload that it may not abort, and no job', async () => {
  const { glacier, s3 } = as('OWNER');
  const { JobList } = await glacier.send(new ListJobsCommand({ accountId: '-', vaultName: destination.vault }));
  expect(JobList).toEqual([]);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: destination.bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['.glacier-transfer/doctor']);
  const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: destination.bucket }));
  expect(Uploads?.map(({ Key }) => Key)).toEqual(['in/glacier-transfer-doctor']);
});
