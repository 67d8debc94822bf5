import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { ManualClock } from '../testing/manual-clock';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

const Bucket = 'photos';
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

let served: Served;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 23, 10, 30));
  served = await serve(temporaryFolder(), clock);
  await served.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => served.close());

const putRules = (...Rules: LifecycleRule[]): Promise<unknown> =>
  served.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
const abortAfter = (days: number, rule: Partial<LifecycleRule> = {}): LifecycleRule => ({
  ID: `abort after ${days}`,
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: days },
  ...rule,
});
const expireAfter = (days: number, rule: Partial<LifecycleRule> = {}): LifecycleRule => ({
  ID: `expire after ${days}`,
  Status: 'Enabled',
  Filter: { Prefix: '' },
  Expiration: { Days: days },
  ...rule,
});
const create = (Key: string): Promise<{ UploadId?: string | undefined; AbortDate?: Date | undefined }> =>
  served.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
const openKeys = async (): Promise<(string | undefined)[]> => {
  const { Uploads = [] } = await served.client.send(new ListMultipartUploadsCommand({ Bucket }));
  return Uploads.map(({ Key }) => Key);
};
const put = (Key: string): Promise<unknown> => served.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
const keys = async (): Promise<(string | undefined)[]> => {
  const { Contents = [] } = await served.client.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key);
};

describe('the configuration', () => {
  const read = () => served.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));

  test('is returned as it was put, survives a kill and can be deleted', async () => {
    await expect(refusal(read())).resolves.toBe('404 NoSuchLifecycleConfiguration');
    const Rules = [abortAfter(3, { Filter: { Prefix: 'a&b/' } }), expireAfter(30, { Status: 'Disabled' })];
    await putRules(...Rules);
    served.restart();
    await expect(read()).resolves.toMatchObject({ Rules });
    await served.client.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await served.client.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await expect(refusal(read())).resolves.toBe('404 NoSuchLifecycleConfiguration');
  });

  test('gives a rule without a name one', async () => {
    await putRules({ ...abortAfter(1), ID: undefined });
    expect((await read()).Rules?.[0]?.ID).toMatch(/./);
  });

  test.each<[string, LifecycleRule[], string]>([
    ['no rule', [], '400 MalformedXML'],
    ['no filter', [expireAfter(1, { Filter: undefined })], '400 MalformedXML'],
    ['no action', [expireAfter(1, { Expiration: undefined })], '400 InvalidRequest'],
    ['no days', [abortAfter(0)], '400 InvalidArgument'],
    ['part of a day', [expireAfter(1.5)], '400 InvalidArgument'],
    ['the same name twice', [abortAfter(1), abortAfter(1)], '400 InvalidArgument'],
    ['a tag', [expireAfter(1, { Filter: { Tag: { Key: 'a', Value: 'b' } } })], '501 NotImplemented'],
    ['a size', [expireAfter(1, { Filter: { ObjectSizeGreaterThan: 1 } })], '501 NotImplemented'],
    ['two filters', [expireAfter(1, { Filter: { And: { Prefix: 'a' } } })], '501 NotImplemented'],
    ['a date', [expireAfter(1, { Expiration: { Date: new Date(0) } })], '501 NotImplemented'],
    ['markers', [expireAfter(1, { Expiration: { ExpiredObjectDeleteMarker: true } })], '501 NotImplemented'],
    ['a transition', [abortAfter(1, { Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] })], '501 NotImplemented'],
    [
      'noncurrent versions',
      [abortAfter(1, { NoncurrentVersionExpiration: { NoncurrentDays: 1 } })],
      '501 NotImplemented',
    ],
    [
      'transition of noncurrent versions',
      [abortAfter(1, { NoncurrentVersionTransitions: [{ NoncurrentDays: 1, StorageClass: 'GLACIER' }] })],
      '501 NotImplemented',
    ],
  ])('%s is rejected', async (_what, rules, expected) => {
    await expect(refusal(putRules(...rules))).resolves.toBe(expected);
    await expect(refusal(read())).resolves.toBe('404 NoSuchLifecycleConfiguration');
  });

  test('answers NotImplemented by name', async () => {
    const rule = '<ID>a</ID><Status>Enabled</Status><Prefix></Prefix><Transition><Days>1</Days></Transition>';
    const body = `<LifecycleConfiguration><Rule>${rule}</Rule></LifecycleConfiguration>`;
    const { text } = await rawRequest(served.endpoint, 'PUT', `/${Bucket}?lifecycle`, {}, body);
    expect(text).toContain('a Transition in a lifecycle rule');
  });
});

describe('uploads', () => {
  test('are aborted at the midnight after their days', async () => {
    await putRules(abortAfter(3));
    const { AbortDate, UploadId } = await create('k');
    expect(AbortDate).toEqual(new Date(Date.UTC(2026, 10, 27)));
    const listed = await served.client.send(new ListPartsCommand({ Bucket, Key: 'k', UploadId }));
    expect(listed).toMatchObject({ AbortDate, AbortRuleId: 'abort after 3' });
    clock.advance(3 * DAY_MS + 13 * HOUR_MS);
    await expect(openKeys()).resolves.toEqual(['k']);
    clock.advance(HOUR_MS);
    await expect(openKeys()).resolves.toEqual([]);
  });

  test('stay without an enabled rule for their prefix; the earliest rule counts', async () => {
    await putRules(
      abortAfter(5, { Filter: { Prefix: 'a' } }),
      abortAfter(2, { Filter: { Prefix: 'a/b' } }),
      abortAfter(1, { Status: 'Disabled' }),
    );
    for (const key of ['a/a', 'a/b', 'b']) await create(key);
    clock.advance(3 * DAY_MS);
    await expect(openKeys()).resolves.toEqual(['a/a', 'b']);
    clock.advance(3 * DAY_MS);
    await expect(openKeys()).resolves.toEqual(['b']);
  });

  test('that are overdue are aborted when the rule is put and when the sandbox starts', async () => {
    await create('old');
    clock.advance(2 * DAY_MS);
    await putRules(abortAfter(1));
    await expect(openKeys()).resolves.toEqual([]);
    await create('young');
    clock.advance(DAY_MS / 2);
    served.restart();
    await expect(openKeys()).resolves.toEqual(['young']);
    clock.advance(2 * DAY_MS);
    served.restart();
    await expect(openKeys()).resolves.toEqual([]);
  });
});

describe('objects', () => {
  test('expire at the midnight after their days, and show that before', async () => {
    await putRules(expireAfter(1, { Filter: { Prefix: 'tmp/' } }));
    await put('tmp/a');
    await put('b');
    const { Expiration } = await served.client.send(new HeadObjectCommand({ Bucket, Key: 'tmp/a' }));
    expect(Expiration).toBe('expiry-date="Wed, 25 Nov 2026 00:00:00 GMT", rule-id="expire%20after%201"');
    const other = await served.client.send(new HeadObjectCommand({ Bucket, Key: 'b' }));
    expect(other.Expiration).toBeUndefined();
    clock.advance(DAY_MS + 13 * HOUR_MS);
    await expect(keys()).resolves.toEqual(['b', 'tmp/a']);
    clock.advance(HOUR_MS);
    await expect(keys()).resolves.toEqual(['b']);
  });

  test('of a bucket with versioning leave a delete marker', async () => {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await served.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await putRules(expireAfter(1));
    await put('a');
    clock.advance(3 * DAY_MS);
    await expect(keys()).resolves.toEqual([]);
    await expect(served.client.send(new ListObjectVersionsCommand({ Bucket }))).resolves.toMatchObject({
      Versions: [{ Key: 'a', IsLatest: false }],
      DeleteMarkers: [{ Key: 'a', IsLatest: true }],
    });
  });
});
