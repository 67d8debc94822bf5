import {
  CreateBucketCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetObjectAclCommand,
  GetPublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type ObjectOwnership,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

const Bucket = 'photos';
let served: Served;
beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => served.close());

describe('tags of a bucket', () => {
  const read = async (bucket = Bucket): Promise<unknown> =>
    (await served.client.send(new GetBucketTaggingCommand({ Bucket: bucket }))).TagSet;
  const put = (TagSet: { Key: string; Value: string }[]): Promise<unknown> =>
    served.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));

  test('are put, survive a kill and are deleted', async () => {
    await expect(refusal(read())).resolves.toBe('404 NoSuchTagSet');
    await put([{ Key: 'a', Value: '' }]);
    served.restart();
    await expect(read()).resolves.toEqual([{ Key: 'a', Value: '' }]);
    await served.client.send(new DeleteBucketTaggingCommand({ Bucket }));
    await expect(refusal(read())).resolves.toBe('404 NoSuchTagSet');
  });

  test('may come with the bucket', async () => {
    const Tags = [{ Key: 'a', Value: 'b' }];
    await served.client.send(new CreateBucketCommand({ Bucket: 'tagged', CreateBucketConfiguration: { Tags } }));
    await expect(read('tagged')).resolves.toEqual(Tags);
  });

  test.each([
    ['double', ['a', 'a']],
    ['of the system', ['aws:a']],
    ['odd', ['a,b']],
  ])('%s are refused', async (_what, names) => {
    await expect(refusal(put(names.map((Key) => ({ Key, Value: 'x' }))))).resolves.toBe('400 InvalidTag');
  });

  test('are 50 at most', async () => {
    const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `t${n}`, Value: 'x' }));
    await put(numbered(50));
    await expect(refusal(put(numbered(51)))).resolves.toBe('400 BadRequest');
  });
});

test('the public access block is whole at first, is put and deleted', async () => {
  const read = async (): Promise<unknown> =>
    (await served.client.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration;
  const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  await expect(read()).resolves.toEqual(all);
  const PublicAccessBlockConfiguration = { ...all, BlockPublicPolicy: false };
  await served.client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  served.restart();
  await expect(read()).resolves.toEqual(PublicAccessBlockConfiguration);
  await served.client.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await expect(refusal(read())).resolves.toBe('404 NoSuchPublicAccessBlockConfiguration');
});

test('ownership of objects is enforced at first, is put and deleted, or comes with the bucket', async () => {
  const read = async (bucket = Bucket): Promise<unknown> =>
    (await served.client.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket }))).OwnershipControls?.Rules;
  const put = (ObjectOwnership: ObjectOwnership): Promise<unknown> =>
    served.client.send(
      new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
    );
  await expect(read()).resolves.toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  await put('ObjectWriter');
  await expect(read()).resolves.toEqual([{ ObjectOwnership: 'ObjectWriter' }]);
  await expect(refusal(put('Nobody' as ObjectOwnership))).resolves.toBe('400 MalformedXML');
  await served.client.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
  await expect(refusal(read())).resolves.toBe('404 OwnershipControlsNotFoundError');
  const owned = { Bucket: 'owned', ObjectOwnership: 'BucketOwnerPreferred' } as const;
  await served.client.send(new CreateBucketCommand(owned));
  await expect(read('owned')).resolves.toEqual([{ ObjectOwnership: owned.ObjectOwnership }]);
  const wrong = new CreateBucketCommand({ Bucket: 'wrong', ObjectOwnership: 'Nobody' as ObjectOwnership });
  await expect(refusal(served.client.send(wrong))).resolves.toBe('400 InvalidArgument');
});

test('access control lists are private, and stay so', async () => {
  await served.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const expected = { Grants: [{ Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } }] };
  await expect(served.client.send(new GetBucketAclCommand({ Bucket }))).resolves.toMatchObject(expected);
  await expect(served.client.send(new GetObjectAclCommand({ Bucket, Key: 'k' }))).resolves.toMatchObject(expected);
  await served.client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }));
  await served.client.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'private' }));
  const open = new PutBucketAclCommand({ Bucket, ACL: 'public-read' });
  await expect(refusal(served.client.send(open))).resolves.toBe('501 NotImplemented');
  const document = await rawRequest(served.endpoint, 'PUT', `/${Bucket}?acl`, {}, '<AccessControlPolicy/>');
  expect(document.text).toContain('<Code>AccessControlListNotSupported</Code>');
});

describe('what is never set', () => {
  test.each([
    ['cors', 404, 'NoSuchCORSConfiguration'],
    ['website', 404, 'NoSuchWebsiteConfiguration'],
    ['replication', 404, 'ReplicationConfigurationNotFoundError'],
    ['logging', 200, '<BucketLoggingStatus'],
    ['notification', 200, '<NotificationConfiguration'],
    ['accelerate', 200, '<AccelerateConfiguration'],
    ['requestPayment', 200, '<Payer>BucketOwner</Payer>'],
  ])('%s is read as such, and putting it is refused', async (name, status, content) => {
    const read = await rawRequest(served.endpoint, 'GET', `/${Bucket}?${name}`);
    expect([read.status, read.text]).toEqual([status, expect.stringContaining(content)]);
    const put = await rawRequest(served.endpoint, 'PUT', `/${Bucket}?${name}`, {}, '<x/>');
    expect(put.status).toBe(501);
  });

  test.each(['cors', 'website', 'replication'])('deleting %s changes nothing', async (name) => {
    const { status } = await rawRequest(served.endpoint, 'DELETE', `/${Bucket}?${name}`);
    expect(status).toBe(204);
  });
});
