import {
  CreateBucketCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type ObjectOwnership,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { refusal, serve, temporaryFolder, type Served } from './testing/serve';

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

  test('are put, survive a kill and can be deleted', async () => {
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
  ])('%s are rejected', async (_what, names) => {
    await expect(refusal(put(names.map((Key) => ({ Key, Value: 'x' }))))).resolves.toBe('400 InvalidTag');
  });

  test('are 50 at most', async () => {
    const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `t${n}`, Value: 'x' }));
    await put(numbered(50));
    await expect(refusal(put(numbered(51)))).resolves.toBe('400 BadRequest');
  });
});

test('the public access block of a new bucket is complete, can be put and deleted', async () => {
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

test('object ownership is BucketOwnerEnforced by default, can be put, deleted and set by CreateBucket', async () => {
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
