import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  type ServerSideEncryptionByDefault,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { ACCOUNT_ID, refusal, serve, temporaryFolder, type Served } from './testing/serve';
import { at, complete, create, head, uploadBoth } from './testing/uploads';

const { Bucket } = at;
const KEY_ID = '134f2428-cec1-4b25-a1ae-9048164dba47';
const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT_ID}:key/${KEY_ID}`;
const MD5_OF_BODY = '"841a2d689ad86bd1611447453c22c6fc"';
const KMS = { ServerSideEncryption: 'aws:kms' } as const;
let served: Served;

beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => served.close());

const put = (input: Partial<PutObjectCommandInput> = {}): Promise<PutObjectCommandOutput> =>
  served.client.send(new PutObjectCommand({ ...at, Body: 'body', ...input }));
const putDefault = (
  ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
  BucketKeyEnabled = false,
): Promise<unknown> => {
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }] };
  return served.client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
};

test('S3 encrypts with its own keys by default, and the ETag is the MD5', async () => {
  await expect(put()).resolves.toMatchObject({ ServerSideEncryption: 'AES256', ETag: MD5_OF_BODY });
});

test.each<[string, Partial<PutObjectCommandInput>, object]>([
  ['aws:kms', KMS, { SSEKMSKeyId: expect.stringMatching(/^arn:aws:kms:us-east-1:\d{12}:key\/[0-9a-f-]{36}$/) }],
  ['a key id', { ...KMS, SSEKMSKeyId: KEY_ID }, { SSEKMSKeyId: KEY_ARN }],
  ['a key ARN', { ...KMS, SSEKMSKeyId: KEY_ARN }, { SSEKMSKeyId: KEY_ARN }],
  ['a bucket key', { ...KMS, BucketKeyEnabled: true }, { BucketKeyEnabled: true }],
])('%s is stored and returned by every read; the ETag is not the MD5', async (_what, input, expected) => {
  const stored = await put(input);
  expect(stored).toMatchObject({ ServerSideEncryption: 'aws:kms', ...expected });
  expect(stored.ETag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(stored.ETag).not.toBe(MD5_OF_BODY);
  served.restart();
  const found = { ServerSideEncryption: 'aws:kms', ETag: stored.ETag, ...expected };
  await expect(served.client.send(new HeadObjectCommand(at))).resolves.toMatchObject(found);
  await expect(served.client.send(new GetObjectCommand(at))).resolves.toMatchObject(found);
});

test('a multipart upload has its encryption from its creation', async () => {
  const uploadId = await create(served.client, { ...KMS, SSEKMSKeyId: KEY_ID });
  const parts = await uploadBoth(served.client, uploadId);
  const listed = await served.client.send(new ListPartsCommand({ ...at, UploadId: uploadId }));
  expect(listed.Parts?.map(({ ETag }) => ETag)).toEqual(parts.map(({ ETag }) => ETag));
  const completed = await complete(served.client, uploadId, parts);
  expect(completed).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN });
  await expect(head(served.client)).resolves.toMatchObject({ SSEKMSKeyId: KEY_ARN, ETag: completed.ETag });
});

test.each<[string, Partial<PutObjectCommandInput>, string]>([
  ['a key without aws:kms', { SSEKMSKeyId: KEY_ID }, '400 InvalidArgument'],
  ['what is no key', { ...KMS, SSEKMSKeyId: 'fake-key-id' }, '400 KMS.NotFoundException'],
  ['a key of another region', { ...KMS, SSEKMSKeyId: KEY_ARN.replace('us-', 'eu-') }, '400 KMS.NotFoundException'],
  ['an alias', { ...KMS, SSEKMSKeyId: 'alias/mine' }, '501 NotImplemented'],
  ['two layers', { ServerSideEncryption: 'aws:kms:dsse' }, '501 NotImplemented'],
  ['an unknown algorithm', { ServerSideEncryption: 'rot13' as 'AES256' }, '400 InvalidArgument'],
  ['a context', { ...KMS, SSEKMSEncryptionContext: 'e30=' }, '501 NotImplemented'],
  ['keys of the customer', { SSECustomerAlgorithm: 'AES256' }, '501 NotImplemented'],
])('%s is rejected', async (_what, input, expected) => {
  await expect(refusal(put(input))).resolves.toBe(expected);
});

describe('the default of a bucket', () => {
  const read = async (): Promise<unknown> => {
    const { ServerSideEncryptionConfiguration: found } = await served.client.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    return found?.Rules?.[0];
  };

  test('is AES256 until another one is put', async () => {
    await expect(read()).resolves.toEqual({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BucketKeyEnabled: false,
    });
  });

  test('applies to objects without encryption headers', async () => {
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ID } as const;
    await putDefault(byDefault, true);
    await expect(read()).resolves.toEqual({ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true });
    await expect(put()).resolves.toMatchObject({ ...KMS, SSEKMSKeyId: KEY_ARN, BucketKeyEnabled: true });
    await expect(put({ ServerSideEncryption: 'AES256' })).resolves.toMatchObject({ ServerSideEncryption: 'AES256' });
    await served.client.send(new DeleteBucketEncryptionCommand({ Bucket }));
    await expect(put()).resolves.toMatchObject({ ServerSideEncryption: 'AES256' });
  });

  test.each<[string, ServerSideEncryptionByDefault, string]>([
    ['a key for AES256', { SSEAlgorithm: 'AES256', KMSMasterKeyID: KEY_ID }, '400 InvalidArgument'],
    ['two layers', { SSEAlgorithm: 'aws:kms:dsse' }, '501 NotImplemented'],
  ])('%s is rejected', async (_what, byDefault, expected) => {
    await expect(refusal(putDefault(byDefault))).resolves.toBe(expected);
  });
});
