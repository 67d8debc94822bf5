import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { isPublic } from './bucket-policy';
import { refusal, serve, temporaryFolder, type Served } from './testing/serve';

const Bucket = 'photos';
const STATEMENT = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:role/mover' },
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${Bucket}/*`,
};
const PUBLIC = { ...STATEMENT, Principal: '*' };
const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

let served: Served;
beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => served.close());

const put = (Policy: string): Promise<unknown> => served.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
const get = async (): Promise<string | undefined> =>
  (await served.client.send(new GetBucketPolicyCommand({ Bucket }))).Policy;

test('a bucket policy is stored verbatim, survives a kill and can be deleted', async () => {
  await expect(refusal(get())).resolves.toBe('404 NoSuchBucketPolicy');
  const text = `${policy(STATEMENT)}\n  `;
  await put(text);
  served.restart();
  await expect(get()).resolves.toBe(text);
  await served.client.send(new DeleteBucketPolicyCommand({ Bucket }));
  await served.client.send(new DeleteBucketPolicyCommand({ Bucket }));
  await expect(refusal(get())).resolves.toBe('404 NoSuchBucketPolicy');
});

test.each([
  ['no JSON', '{', 'Policies must be valid JSON'],
  ['no object', '[]', 'Policies must be valid JSON'],
  ['no statement', '{}', 'Missing required field Statement'],
  ['no principal', policy({ ...STATEMENT, Principal: undefined }), 'Principal'],
  ['two kinds of action', policy({ ...STATEMENT, NotAction: 's3:GetObject' }), 'NotAction'],
  ['no resource', policy({ ...STATEMENT, Resource: undefined }), 'Resource'],
  ['another effect', policy({ ...STATEMENT, Effect: 'Maybe' }), 'Effect'],
  ['an unknown field', policy({ ...STATEMENT, Extra: 1 }), 'Extra'],
  ['another bucket', policy({ ...STATEMENT, Resource: 'arn:aws:s3:::photos2/*' }), 'Policy has invalid resource'],
  ['over 20 KB', policy({ ...STATEMENT, Sid: 'x'.repeat(20_480) }), '20 KB'],
])('a bucket policy with %s is malformed', async (_what, text, problem) => {
  await expect(put(text)).rejects.toMatchObject({ name: 'MalformedPolicy', message: expect.stringContaining(problem) });
});

test('a public bucket policy is accepted only without the public access block', async () => {
  await expect(refusal(put(policy(PUBLIC)))).resolves.toBe('403 AccessDenied');
  await put(policy({ ...PUBLIC, Effect: 'Deny' }));
  await served.client.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await put(policy(PUBLIC));
});

test('a condition that the sandbox cannot evaluate is rejected by name', async () => {
  const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-123' } };
  await expect(put(policy({ ...STATEMENT, Condition }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('condition key aws:PrincipalOrgID'),
  });
});

test.each([
  [true, {}],
  [true, { StringLike: { 'aws:SourceArn': ['arn:aws:sns:*'] } }],
  [true, { IpAddress: { 'aws:SourceIp': ['0.0.0.0/0'] } }],
  [true, { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } }],
  [true, { Bool: { 'aws:SecureTransport': ['true'] } }],
  [false, { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } }],
  [false, { StringEquals: { 'AWS:SourceAccount': ['111122223333'] } }],
])('public: %s with the condition %j', (expected, Condition) => {
  expect(isPublic([{ Effect: 'Allow', Principal: { AWS: ['*'] }, Action: ['s3:*'], Condition }])).toBe(expected);
});
