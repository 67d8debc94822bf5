import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  GetObjectTaggingCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { STORAGE_CLASSES } from './model';
import { ACCOUNT_ID, rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

const BUCKET = 'photos';
let served: Served;

beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket: BUCKET }));
});
afterEach(() => served.close());

const put = (input: Omit<PutObjectCommandInput, 'Bucket'>): Promise<unknown> =>
  served.client.send(new PutObjectCommand({ Bucket: BUCKET, ...input }));
const get = (Key: string): Promise<string> =>
  served.client
    .send(new GetObjectCommand({ Bucket: BUCKET, Key }))
    .then((reply) => reply.Body?.transformToString() ?? '');
const storedKeys = async (): Promise<(string | undefined)[]> => {
  const { Contents = [] } = await served.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key }) => Key);
};

const framed = (trailer: string, decodedBytes = '9'): Promise<{ status: number; text: string }> =>
  rawRequest(
    served.endpoint,
    'PUT',
    `/${BUCKET}/k`,
    {
      'content-encoding': 'aws-chunked,gzip',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': decodedBytes,
      'x-amz-trailer': 'x-amz-checksum-crc32',
    },
    `9\r\n123456789\r\n0\r\n${trailer}\r\n`,
  );

describe('checksums of PutObject', () => {
  // Of 123456789, from the papers and reference programs of the algorithms.
  const vectors = {
    CRC32: 'y/Q5Jg==',
    CRC64NVME: 'rosUhgp5mIg=',
    SHA256: 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
  };

  test.each(Object.entries(vectors))('%s is verified, stored and returned', async (algorithm, value) => {
    const field = `Checksum${algorithm}`;
    await put({ Key: 'k', Body: '123456789', [field]: value });
    const head = await served.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ [field]: value, ChecksumType: 'FULL_OBJECT', ContentLength: 9 });
  });

  test.each(Object.entries(vectors))('a wrong %s is rejected and nothing is stored', async (algorithm, value) => {
    const field = `Checksum${algorithm}`;
    await expect(refusal(put({ Key: 'k', Body: '123456780', [field]: value }))).resolves.toBe('400 BadDigest');
    await expect(storedKeys()).resolves.toEqual([]);
  });

  test('a malformed checksum is an invalid request', async () => {
    await expect(refusal(put({ Key: 'k', Body: 'x', ChecksumCRC32: 'AAAA' }))).resolves.toBe('400 InvalidRequest');
  });

  test('S3 adds CRC64NVME when the client gives none', async () => {
    const { status, headers } = await rawRequest(served.endpoint, 'PUT', `/${BUCKET}/k`, {}, '123456789');
    expect({ status, checksum: headers['x-amz-checksum-crc64nvme'] }).toEqual({
      status: 200,
      checksum: vectors.CRC64NVME,
    });
  });

  test.each([
    ['a checksum that only S3 has', { 'x-amz-checksum-sha1': '98O8HYCOBHMq32eZZczDTKeuNEE=' }],
    ['signed chunks', { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }],
  ])('%s answer NotImplemented', async (_what, headers) => {
    const { status } = await rawRequest(served.endpoint, 'PUT', `/${BUCKET}/k`, headers, '123456789');
    expect(status).toBe(501);
  });

  test('a stream of the SDK comes framed, with its checksum in the trailer', async () => {
    const body = Buffer.alloc(300_000, 'abcdefg');
    const pieces = [body.subarray(0, 10_000), body.subarray(10_000)];
    await put({ Key: 'k', Body: Readable.from(pieces), ContentLength: body.length });
    await expect(get('k')).resolves.toBe(body.toString());
    const head = await served.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentLength: body.length, ChecksumCRC32: expect.any(String) });
    expect(head.ContentEncoding).toBeUndefined();
  });

  test('framing is decoded and its trailer verified', async () => {
    const good = await framed(`x-amz-checksum-crc32:${vectors.CRC32}\r\n`);
    expect(good.status).toBe(200);
    await expect(get('k')).resolves.toBe('123456789');
    const head = await served.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k' }));
    expect(head.ContentEncoding).toBe('gzip');
  });

  test.each([
    ['a wrong value', 'x-amz-checksum-crc32:AAAAAA==\r\n', '9', 'BadDigest'],
    ['no value', '', '9', 'MalformedTrailerError'],
    ['a field that was not announced', 'x-amz-checksum-crc64nvme:AAAAAA==\r\n', '9', 'MalformedTrailerError'],
    ['a wrong decoded length', `x-amz-checksum-crc32:${vectors.CRC32}\r\n`, '8', 'IncompleteBody'],
  ])('a trailer with %s is rejected', async (_what, trailer, decodedBytes, code) => {
    const { status, text } = await framed(trailer, decodedBytes);
    expect(status).toBe(400);
    expect(text).toContain(`<Code>${code}</Code>`);
    await expect(storedKeys()).resolves.toEqual([]);
  });

  test.each([
    ['content-md5', 'AAAAAAAAAAAAAAAAAAAAAA==', 'BadDigest'],
    ['content-md5', 'AAAA', 'InvalidDigest'],
    ['x-amz-content-sha256', '0'.repeat(64), 'XAmzContentSHA256Mismatch'],
    ['x-amz-content-sha256', 'sha256', 'InvalidArgument'],
  ])('%s: %s answers %s', async (name, value, code) => {
    const { status, text } = await rawRequest(served.endpoint, 'PUT', `/${BUCKET}/k`, { [name]: value }, 'body');
    expect(status).toBe(400);
    expect(text).toContain(`<Code>${code}</Code>`);
    await expect(storedKeys()).resolves.toEqual([]);
  });
});

describe('PutObject stores', () => {
  test('metadata, tags, class, type and ETag', async () => {
    const reply = await served.client.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: 'k',
        Body: 'body',
        ContentType: 'text/plain',
        Metadata: { 'glacier-archive-id': 'a b=c' },
        Tagging: 'year=2012&place=a%20b',
        StorageClass: 'GLACIER_IR',
      }),
    );
    expect(reply.ETag).toBe(`"${createHash('md5').update('body').digest('hex')}"`);
    const head = await served.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k' }));
    expect(head).toMatchObject({
      ETag: reply.ETag,
      ContentType: 'text/plain',
      Metadata: { 'glacier-archive-id': 'a b=c' },
      StorageClass: 'GLACIER_IR',
      ServerSideEncryption: 'AES256',
      TagCount: 2,
    });
  });

  test.each(STORAGE_CLASSES)('the storage class %s', async (StorageClass) => {
    await put({ Key: 'k', Body: 'x', StorageClass });
    const head = await served.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(head.StorageClass).toBe(StorageClass === 'STANDARD' ? undefined : StorageClass);
    expect(head).toMatchObject({
      ContentLength: 1,
      ETag: `"${createHash('md5').update('x').digest('hex')}"`,
      ChecksumType: 'FULL_OBJECT',
    });
  });

  test('tags that change without changing the bytes', async () => {
    await put({ Key: 'k', Body: 'body' });
    const TagSet = [{ Key: 'a+b', Value: 'é 日本' }];
    await served.client.send(new PutObjectTaggingCommand({ Bucket: BUCKET, Key: 'k', Tagging: { TagSet } }));
    const tagging = await served.client.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: 'k' }));
    expect(tagging.TagSet).toEqual(TagSet);
    await expect(get('k')).resolves.toBe('body');
  });

  test('at most ten tags', async () => {
    await put({ Key: 'k', Body: 'body' });
    const tag = (count: number): Promise<unknown> => {
      const TagSet = Array.from({ length: count }, (_, n) => ({ Key: `t${n}`, Value: 'x' }));
      return served.client.send(new PutObjectTaggingCommand({ Bucket: BUCKET, Key: 'k', Tagging: { TagSet } }));
    };
    await tag(10);
    await expect(tag(11)).rejects.toMatchObject({
      name: 'BadRequest',
      message: 'Object tags cannot be greater than 10',
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('PutObject rejects', () => {
  test.each<[string, Partial<PutObjectCommandInput>, string]>([
    ['an unknown storage class', { StorageClass: 'REDUCED_REDUNDANCY' }, '400 InvalidStorageClass'],
    ['over 2 KB of metadata', { Metadata: { a: 'x'.repeat(2048) } }, '400 MetadataTooLarge'],
    ['a key over 1,024 bytes', { Key: 'é'.repeat(513) }, '400 KeyTooLongError'],
    ['another owner', { ExpectedBucketOwner: '999999999999' }, '403 AccessDenied'],
    ['a foreign ACL', { ACL: 'public-read' }, '501 NotImplemented'],
    ['keys of the customer', { SSECustomerAlgorithm: 'AES256' }, '501 NotImplemented'],
    ['a redirect', { WebsiteRedirectLocation: '/x' }, '501 NotImplemented'],
    ['twice the same tag', { Tagging: 'a=1&a=2' }, '400 InvalidArgument'],
    ['a tag with odd characters', { Tagging: 'a=1%2C2' }, '400 InvalidTag'],
    ['eleven tags', { Tagging: Array.from({ length: 11 }, (_, n) => `t${n}=x`).join('&') }, '400 BadRequest'],
  ])('%s', async (_what, input, expected) => {
    await expect(refusal(put({ Key: 'k', Body: 'x', ...input }))).resolves.toBe(expected);
    await expect(storedKeys()).resolves.toEqual([]);
  });

  test('nothing if the expected owner is the own account, the ACL private and the encryption AES256', async () => {
    const input = { ExpectedBucketOwner: ACCOUNT_ID, ACL: 'private', ServerSideEncryption: 'AES256' } as const;
    await put({ Key: 'k'.repeat(1024), Body: 'x', ...input });
    await expect(storedKeys()).resolves.toEqual(['k'.repeat(1024)]);
  });

  test('a key that exists, with If-None-Match: *', async () => {
    await put({ Key: 'k', Body: 'first', IfNoneMatch: '*' });
    await expect(refusal(put({ Key: 'k', Body: 'second', IfNoneMatch: '*' }))).resolves.toBe('412 PreconditionFailed');
    await expect(get('k')).resolves.toBe('first');
  });

  test('all but one of two concurrent conditional writes', async () => {
    const outcomes = await Promise.allSettled(
      ['a', 'b'].map((Body) => put({ Key: 'k', Body: Body.repeat(500_000), IfNoneMatch: '*' })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('a missing bucket', async () => {
    const attempt = served.client.send(new PutObjectCommand({ Bucket: 'missing', Key: 'k', Body: 'x' }));
    await expect(refusal(attempt)).resolves.toBe('404 NoSuchBucket');
  });
});

test('a PutObject call is described in the call log', async () => {
  await put({ Key: 'a b', Body: 'body' });
  expect(served.calls.at(-1)).toMatchObject({
    operation: 'PutObject',
    detail: { bucket: BUCKET, key: 'a b', sizeBytes: 4 },
  });
});
