import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLockConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type DefaultRetention,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { ManualClock } from '../testing/manual-clock';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';
import { at, complete, create, head, uploadBoth } from './testing/uploads';

const { Bucket, Key } = at;
const DAY_MS = 24 * 60 * 60 * 1000;
const START_MS = Date.UTC(2026, 10, 23);
const inDays = (days: number): Date => new Date(START_MS + days * DAY_MS);

let served: Served;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock(START_MS);
  served = await serve(temporaryFolder(), clock);
  await served.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  await served.client.send(new CreateBucketCommand({ Bucket: 'plain' }));
});
afterEach(() => served.close());

const put = async (input: Partial<PutObjectCommandInput> = {}): Promise<string | undefined> =>
  (await served.client.send(new PutObjectCommand({ ...at, Body: 'body', ...input }))).VersionId;
const remove = (VersionId: string | undefined, BypassGovernanceRetention?: boolean): Promise<unknown> =>
  served.client.send(new DeleteObjectCommand({ ...at, VersionId, BypassGovernanceRetention }));

describe('the configuration of a bucket', () => {
  const read = (bucket: string): Promise<unknown> =>
    served.client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
  const configure = (bucket: string, rule?: DefaultRetention): Promise<unknown> =>
    served.client.send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          ...(rule === undefined ? {} : { Rule: { DefaultRetention: rule } }),
        },
      }),
    );
  const version = (bucket: string, Status: 'Enabled' | 'Suspended'): Promise<unknown> =>
    served.client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }));

  test('is set by CreateBucket, or later for a bucket with versioning, which then cannot be suspended', async () => {
    await expect(read(Bucket)).resolves.toMatchObject({ ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } });
    await expect(refusal(version(Bucket, 'Suspended'))).resolves.toBe('409 InvalidBucketState');
    await expect(refusal(read('plain'))).resolves.toBe('404 ObjectLockConfigurationNotFoundError');
    await expect(refusal(configure('plain'))).resolves.toBe('409 InvalidBucketState');
    await version('plain', 'Enabled');
    await configure('plain');
    served.restart();
    await read('plain');
  });

  test.each<[DefaultRetention, Date]>([
    [{ Mode: 'GOVERNANCE', Days: 10 }, inDays(10)],
    [{ Mode: 'COMPLIANCE', Years: 1 }, new Date(Date.UTC(2027, 10, 23))],
  ])('gives new objects the retention %j', async (rule, ObjectLockRetainUntilDate) => {
    await configure(Bucket, rule);
    await expect(read(Bucket)).resolves.toMatchObject({
      ObjectLockConfiguration: { Rule: { DefaultRetention: rule } },
    });
    await put();
    await expect(head(served.client)).resolves.toMatchObject({ ObjectLockMode: rule.Mode, ObjectLockRetainUntilDate });
    await expect(refusal(remove(await put()))).resolves.toBe('403 AccessDenied');
  });

  test.each<DefaultRetention>([{ Mode: 'GOVERNANCE' }, { Mode: 'GOVERNANCE', Days: 1, Years: 1 }, { Days: 1 }])(
    'is rejected with %j',
    async (rule) => {
      await expect(refusal(configure(Bucket, rule))).resolves.toBe('400 MalformedXML');
    },
  );
});

test('Object Lock headers of PutObject and CreateMultipartUpload lock the version', async () => {
  const locks = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(1) } as const;
  await put({ ...locks, ObjectLockLegalHoldStatus: 'ON' });
  await expect(head(served.client)).resolves.toMatchObject({ ...locks, ObjectLockLegalHoldStatus: 'ON' });
  const uploadId = await create(served.client, locks);
  const { VersionId } = await complete(served.client, uploadId, await uploadBoth(served.client, uploadId));
  await expect(head(served.client)).resolves.toMatchObject(locks);
  await expect(refusal(remove(VersionId))).resolves.toBe('403 AccessDenied');
});

test.each<[string, Partial<PutObjectCommandInput>, string]>([
  ['a mode without a date', { ObjectLockMode: 'GOVERNANCE' }, '400 InvalidArgument'],
  ['a date without a mode', { ObjectLockRetainUntilDate: inDays(1) }, '400 InvalidArgument'],
  ['a past date', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(-1) }, '400 InvalidArgument'],
  [
    'another mode',
    { ObjectLockMode: 'X' as 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(1) },
    '400 InvalidArgument',
  ],
  ['a bucket without Object Lock', { Bucket: 'plain', ObjectLockLegalHoldStatus: 'ON' }, '400 InvalidRequest'],
])('%s is rejected', async (_what, input, expected) => {
  await expect(refusal(put(input))).resolves.toBe(expected);
});

test('a PUT with Object Lock requires a checksum', async () => {
  const headers = { 'x-amz-object-lock-legal-hold': 'ON' };
  const { status, text } = await rawRequest(served.endpoint, 'PUT', `/${Bucket}/k`, headers, 'x');
  expect(status).toBe(400);
  expect(text).toContain('Content-MD5 OR x-amz-checksum-');
});

describe('GOVERNANCE', () => {
  const GOVERNANCE = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inDays(2) } as const;

  test('protects the version until its time, except from a bypass', async () => {
    const version = await put(GOVERNANCE);
    await expect(refusal(remove(version))).resolves.toBe('403 AccessDenied');
    await remove(undefined);
    await remove(version, true);
    const other = await put(GOVERNANCE);
    served.restart();
    await expect(refusal(remove(other))).resolves.toBe('403 AccessDenied');
    clock.advance(2 * DAY_MS);
    await remove(other);
  });

  test('rejects the deletion of each locked version in DeleteObjects', async () => {
    const locked = await put(GOVERNANCE);
    const free = await put();
    const Objects = [
      { Key, VersionId: locked },
      { Key, VersionId: free },
    ];
    const answer = await served.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted).toMatchObject([{ VersionId: free }]);
    expect(answer.Errors).toMatchObject([{ VersionId: locked, Code: 'AccessDenied' }]);
  });

  test('can be bypassed only in a bucket with Object Lock', async () => {
    const attempt = new DeleteObjectCommand({ Bucket: 'plain', Key, BypassGovernanceRetention: true });
    await expect(refusal(served.client.send(attempt))).resolves.toBe('400 InvalidArgument');
  });
});

test('COMPLIANCE retention cannot be bypassed before its time', async () => {
  const version = await put({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: inDays(2) });
  await expect(refusal(remove(version, true))).resolves.toBe('403 AccessDenied');
  clock.advance(2 * DAY_MS);
  await remove(version);
});

test('a legal hold protects the version even from a bypass', async () => {
  const held = await put({ ObjectLockLegalHoldStatus: 'ON' });
  const free = await put({ ObjectLockLegalHoldStatus: 'OFF' });
  served.restart();
  await expect(refusal(remove(held, true))).resolves.toBe('403 AccessDenied');
  await remove(free);
});
