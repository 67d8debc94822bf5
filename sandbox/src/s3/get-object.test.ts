import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  type GetObjectCommandInput,
} from '@aws-sdk/client-s3';
import { ManualClock } from '../testing/manual-clock';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

const at = { Bucket: 'photos', Key: 'k' };
const START_MS = Date.UTC(2026, 10, 23, 12);
const DAY_MS = 24 * 60 * 60 * 1000;

let served: Served;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock(START_MS);
  served = await serve(temporaryFolder(), clock);
  await served.client.send(new CreateBucketCommand({ Bucket: at.Bucket }));
  await served.client.send(new PutObjectCommand({ ...at, Body: '0123456789' }));
});
afterEach(() => served.close());

const get = async (input: Partial<GetObjectCommandInput>): Promise<{ text: string; range: string | undefined }> => {
  const { Body, ContentRange } = await served.client.send(new GetObjectCommand({ ...at, ...input }));
  return { text: (await Body?.transformToString()) ?? '', range: ContentRange };
};

describe('Range', () => {
  test.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=3-5', '345', 'bytes 3-5/10'],
    ['bytes=8-', '89', 'bytes 8-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-100', '56789', 'bytes 5-9/10'],
  ])('%s', async (Range, text, range) => {
    await expect(get({ Range })).resolves.toEqual({ text, range });
  });

  test.each(['bytes=5-3', 'bytes=-', 'bytes=0-1,3-4', 'lines=1-2'])('%s is ignored', async (Range) => {
    await expect(get({ Range })).resolves.toEqual({ text: '0123456789', range: undefined });
  });

  test.each(['bytes=10-', 'bytes=-0'])('%s cannot be satisfied', async (Range) => {
    await expect(refusal(get({ Range }))).resolves.toBe('416 InvalidRange');
  });

  test('HeadObject answers a range too, without the checksum of the whole', async () => {
    const head = await served.client.send(
      new HeadObjectCommand({ ...at, Range: 'bytes=1-3', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({ ContentLength: 3, $metadata: { httpStatusCode: 206 } });
    expect(head.ChecksumCRC32).toBeUndefined();
  });

  test('is rejected together with a part number', async () => {
    const both = { ...at, Range: 'bytes=0-1', PartNumber: 1 };
    await expect(served.client.send(new GetObjectCommand(both))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'Cannot specify both Range header and partNumber query parameter',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(served.client.send(new HeadObjectCommand(both))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('conditions', () => {
  const etag = '781e5e245d69b566979b86e28d23f2c7';
  const later = new Date(START_MS + DAY_MS);
  const earlier = new Date(START_MS - DAY_MS);

  test.each<[string, Partial<GetObjectCommandInput>, string]>([
    ['If-Match of another ETag', { IfMatch: '"0"' }, '412 PreconditionFailed'],
    ['If-Unmodified-Since before the write', { IfUnmodifiedSince: earlier }, '412 PreconditionFailed'],
  ])('%s fails', async (_what, input, expected) => {
    await expect(refusal(get(input))).resolves.toBe(expected);
  });

  test.each<[string, Partial<GetObjectCommandInput>]>([
    ['If-None-Match of its ETag', { IfNoneMatch: `"${etag}"` }],
    ['If-Modified-Since after the write', { IfModifiedSince: later }],
  ])('%s answers 304', async (_what, input) => {
    await expect(refusal(get(input))).resolves.toMatch(/^304 /);
  });

  test.each<[string, Partial<GetObjectCommandInput>]>([
    ['If-Match of its ETag', { IfMatch: `"${etag}"`, IfUnmodifiedSince: earlier }],
    ['If-None-Match of another ETag', { IfNoneMatch: '"0"', IfModifiedSince: later }],
  ])('%s takes precedence', async (_what, input) => {
    await expect(get(input)).resolves.toMatchObject({ text: '0123456789' });
  });
});

const restore = (Tier: 'Bulk' | 'Expedited'): Promise<{ $metadata: { httpStatusCode?: number | undefined } }> =>
  served.client.send(new RestoreObjectCommand({ ...at, RestoreRequest: { Days: 2, GlacierJobParameters: { Tier } } }));

describe('an archived object', () => {
  beforeEach(() => served.client.send(new PutObjectCommand({ ...at, Body: 'frozen', StorageClass: 'DEEP_ARCHIVE' })));

  test('answers HeadObject and not GetObject', async () => {
    await expect(served.client.send(new HeadObjectCommand(at))).resolves.toMatchObject({
      StorageClass: 'DEEP_ARCHIVE',
    });
    await expect(refusal(get({}))).resolves.toBe('403 InvalidObjectState');
  });

  test('is readable between its restoration and the midnight that ends it', async () => {
    expect((await restore('Bulk')).$metadata.httpStatusCode).toBe(202);
    expect((await restore('Bulk')).$metadata.httpStatusCode).toBe(200);
    const { Restore } = await served.client.send(new HeadObjectCommand(at));
    expect(Restore).toBe('ongoing-request="false", expiry-date="Thu, 26 Nov 2026 00:00:00 GMT"');
    await expect(get({})).resolves.toMatchObject({ text: 'frozen' });
    clock.advance(3 * DAY_MS);
    await expect(refusal(get({}))).resolves.toBe('403 InvalidObjectState');
  });

  test('rejects an Expedited restoration from DEEP_ARCHIVE', async () => {
    await expect(refusal(restore('Expedited'))).resolves.toBe('400 InvalidArgument');
  });
});

test('RestoreObject rejects an object that is not archived', async () => {
  const attempt = served.client.send(new RestoreObjectCommand({ ...at, RestoreRequest: { Days: 1 } }));
  await expect(refusal(attempt)).resolves.toBe('403 InvalidObjectState');
});

test('non-ASCII metadata is returned as an encoded word', async () => {
  // Node writes header bytes as Latin-1: this puts UTF-8 on the wire.
  const value = Buffer.from('Grüße').toString('latin1');
  await rawRequest(served.endpoint, 'PUT', '/photos/k', { 'x-amz-meta-note': value }, 'x');
  const { Metadata } = await served.client.send(new HeadObjectCommand(at));
  expect(Metadata).toEqual({ note: `=?UTF-8?B?${Buffer.from('Grüße').toString('base64')}?=` });
});

test('a missing key answers 404, to HeadObject without a body', async () => {
  await expect(refusal(get({ Key: 'missing' }))).resolves.toBe('404 NoSuchKey');
  const { status, text } = await rawRequest(served.endpoint, 'HEAD', '/photos/missing');
  expect({ status, text }).toEqual({ status: 404, text: '' });
});

test('an object replaced during a read is read to its end', async () => {
  const body = Buffer.alloc(8 * 1024 ** 2, 'old');
  await served.client.send(new PutObjectCommand({ ...at, Body: body }));
  const { Body } = await served.client.send(new GetObjectCommand(at));
  await served.client.send(new PutObjectCommand({ ...at, Body: 'new' }));
  expect(body.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  await expect(get({})).resolves.toMatchObject({ text: 'new' });
});
