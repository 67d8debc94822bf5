import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type CompleteMultipartUploadCommandInput,
  type CreateMultipartUploadCommandInput,
  type HeadObjectCommandOutput,
  type UploadPartCommandInput,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { digestOf } from './checksums/digests';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

const at = { Bucket: 'photos', Key: 'trip/film.mov' };
const MIN_PART_BYTES = 5 * 1024 ** 2;
const FIRST = Buffer.alloc(MIN_PART_BYTES, 'first part ');
const LAST = Buffer.from('the last part');
const WHOLE = Buffer.concat([FIRST, LAST]);
let served: Served;

beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket: at.Bucket }));
});
afterEach(() => served.close());

async function create(input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId } = await served.client.send(new CreateMultipartUploadCommand({ ...at, ...input }));
  return UploadId ?? '';
}
const upload = (
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
  input: Partial<UploadPartCommandInput> = {},
): Promise<UploadPartCommandOutput> =>
  served.client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ...input }));

const withoutChecksums = (parts: CompletedPart[]): CompletedPart[] =>
  parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));

/** Uploads the two parts; returns what Complete is to repeat. */
async function uploadBoth(UploadId: string, input: Partial<UploadPartCommandInput> = {}): Promise<CompletedPart[]> {
  const replies = [await upload(UploadId, 1, FIRST, input), await upload(UploadId, 2, LAST, input)];
  return replies.map(({ ETag, ChecksumCRC32, ChecksumSHA256 }, index) => ({
    PartNumber: index + 1,
    ETag,
    ChecksumCRC32,
    ChecksumSHA256,
  }));
}
const complete = (
  UploadId: string,
  Parts: CompletedPart[],
  input: Partial<CompleteMultipartUploadCommandInput> = {},
): Promise<{ ETag?: string | undefined; ChecksumType?: string | undefined }> =>
  served.client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts }, ...input }));

const head = (): Promise<HeadObjectCommandOutput> =>
  served.client.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
const wholeCrc32 = async (): Promise<string> => (await digestOf('CRC32', WHOLE)).toString('base64');

describe('a completed upload', () => {
  test('with a full-object CRC32 has the checksum of its bytes, its metadata and its class', async () => {
    const settings = { StorageClass: 'STANDARD_IA', Metadata: { a: 'b' }, Tagging: 'x=y' } as const;
    const id = await create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT', ...settings });
    const parts = await uploadBoth(id, { ChecksumAlgorithm: 'CRC32' });
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(WHOLE));
    const ChecksumCRC32 = crc.toString('base64');
    const reply = await complete(id, parts, {
      ChecksumCRC32,
      ChecksumType: 'FULL_OBJECT',
      MpuObjectSize: WHOLE.length,
    });
    const md5s = [FIRST, LAST].map((bytes) => createHash('md5').update(bytes).digest());
    const ETag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`;
    expect(reply).toMatchObject({ ETag, ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
    await expect(head()).resolves.toMatchObject({
      ETag,
      ChecksumCRC32,
      ContentLength: WHOLE.length,
      StorageClass: 'STANDARD_IA',
      Metadata: { a: 'b' },
      TagCount: 1,
    });
    const { Body } = await served.client.send(new GetObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    expect(WHOLE.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  });

  test('with SHA256 has a composite checksum', async () => {
    const id = await create({ ChecksumAlgorithm: 'SHA256' });
    await complete(id, await uploadBoth(id, { ChecksumAlgorithm: 'SHA256' }));
    const digests = [FIRST, LAST].map((bytes) => createHash('sha256').update(bytes).digest());
    const value = createHash('sha256').update(Buffer.concat(digests)).digest('base64');
    await expect(head()).resolves.toMatchObject({ ChecksumSHA256: `${value}-2`, ChecksumType: 'COMPOSITE' });
  });

  test('without a checksum gets CRC64NVME from S3', async () => {
    const id = await create();
    await complete(id, await uploadBoth(id));
    const ChecksumCRC64NVME = (await digestOf('CRC64NVME', WHOLE)).toString('base64');
    await expect(head()).resolves.toMatchObject({ ChecksumCRC64NVME, ChecksumType: 'FULL_OBJECT' });
  });

  test('describes its parts, a page at a time', async () => {
    const id = await create({ ChecksumAlgorithm: 'CRC32' });
    const parts = await uploadBoth(id, { ChecksumAlgorithm: 'CRC32' });
    await complete(id, parts);
    const page = await served.client.send(
      new GetObjectAttributesCommand({ ...at, ObjectAttributes: ['ObjectParts'], MaxParts: 1, PartNumberMarker: '1' }),
    );
    expect(page.ObjectParts).toMatchObject({
      TotalPartsCount: 2,
      IsTruncated: false,
      Parts: [{ PartNumber: 2, Size: LAST.length, ChecksumCRC32: parts[1]?.ChecksumCRC32 }],
    });
  });

  test('is read across its parts, and by part', async () => {
    const id = await create();
    await complete(id, await uploadBoth(id));
    const across = await served.client.send(
      new GetObjectCommand({ ...at, Range: `bytes=${MIN_PART_BYTES - 3}-${MIN_PART_BYTES + 2}` }),
    );
    await expect(across.Body?.transformToString()).resolves.toBe(
      WHOLE.toString('utf8', MIN_PART_BYTES - 3, MIN_PART_BYTES + 3),
    );
    const second = await served.client.send(new GetObjectCommand({ ...at, PartNumber: 2 }));
    expect(second.PartsCount).toBe(2);
    await expect(second.Body?.transformToString()).resolves.toBe(LAST.toString());
  });

  test('is gone: a second completion finds no upload', async () => {
    const id = await create();
    const parts = await uploadBoth(id);
    await complete(id, parts);
    await expect(refusal(complete(id, parts))).resolves.toBe('404 NoSuchUpload');
  });
});

describe('CreateMultipartUpload', () => {
  test.each([
    ['CRC32', undefined, 'COMPOSITE'],
    ['CRC32C', 'FULL_OBJECT', 'FULL_OBJECT'],
    ['CRC64NVME', undefined, 'FULL_OBJECT'],
    ['SHA1', undefined, 'COMPOSITE'],
  ] as const)('%s of type %s is %s', async (ChecksumAlgorithm, type, expected) => {
    const input = { ChecksumAlgorithm, ...(type === undefined ? {} : { ChecksumType: type }) };
    const reply = await served.client.send(new CreateMultipartUploadCommand({ ...at, ...input }));
    expect(reply).toMatchObject({ ChecksumAlgorithm, ChecksumType: expected });
  });

  test.each([
    ['SHA256', 'FULL_OBJECT'],
    ['SHA1', 'FULL_OBJECT'],
    ['CRC64NVME', 'COMPOSITE'],
  ] as const)('refuses %s of type %s', async (ChecksumAlgorithm, ChecksumType) => {
    await expect(refusal(create({ ChecksumAlgorithm, ChecksumType }))).resolves.toBe('400 InvalidRequest');
  });

  test('refuses an algorithm it does not know', async () => {
    await expect(refusal(create({ ChecksumAlgorithm: 'XXHASH64' }))).resolves.toBe('400 InvalidRequest');
  });
});

describe('UploadPart refuses', () => {
  test.each([0, 10_001])('part number %i', async (partNumber) => {
    const id = await create();
    await expect(refusal(upload(id, partNumber, LAST))).resolves.toBe('400 InvalidArgument');
  });

  test('an unknown upload', async () => {
    await expect(refusal(upload('nobody', 1, LAST))).resolves.toBe('404 NoSuchUpload');
  });

  test('an upload of another key', async () => {
    const id = await create();
    await expect(refusal(upload(id, 1, LAST, { Key: 'other' }))).resolves.toBe('404 NoSuchUpload');
  });

  test('another checksum algorithm than that of the upload', async () => {
    const id = await create({ ChecksumAlgorithm: 'SHA256' });
    await expect(refusal(upload(id, 1, LAST, { ChecksumAlgorithm: 'CRC32' }))).resolves.toBe('400 InvalidRequest');
  });

  test('a wrong checksum, and keeps no part', async () => {
    const id = await create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    await expect(refusal(upload(id, 1, LAST, { ChecksumCRC32: 'AAAAAA==' }))).resolves.toBe('400 BadDigest');
    const { Parts = [] } = await served.client.send(new ListPartsCommand({ ...at, UploadId: id }));
    expect(Parts).toEqual([]);
  });

  test('a part whose upload was aborted while it was sent', async () => {
    const id = await create();
    const late = rawRequest(served.endpoint, 'PUT', `/photos/trip/film.mov?uploadId=${id}&partNumber=1`, {}, WHOLE);
    const aborted = served.client.send(new AbortMultipartUploadCommand({ ...at, UploadId: id }));
    const [{ status }] = await Promise.all([late, aborted]);
    expect([200, 404]).toContain(status);
    await expect(refusal(served.client.send(new ListPartsCommand({ ...at, UploadId: id })))).resolves.toBe(
      '404 NoSuchUpload',
    );
  });
});

describe('CompleteMultipartUpload refuses', () => {
  const fullCrc = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;

  async function rejected(
    change: (parts: CompletedPart[]) => CompletedPart[],
    input: Partial<CompleteMultipartUploadCommandInput> = {},
    settings: Partial<CreateMultipartUploadCommandInput> = fullCrc,
  ): Promise<string> {
    const id = await create(settings);
    const parts = await uploadBoth(id, { ChecksumAlgorithm: settings.ChecksumAlgorithm });
    const outcome = await refusal(complete(id, change(parts), input));
    // Nothing appeared, and the upload can still be completed.
    const { KeyCount } = await served.client.send(new ListObjectsV2Command({ Bucket: at.Bucket }));
    expect(KeyCount).toBe(0);
    await complete(id, parts);
    return outcome;
  }

  test('parts out of order', async () => {
    await expect(rejected((parts) => parts.toReversed())).resolves.toBe('400 InvalidPartOrder');
  });
  test('part numbers with a gap, where there are checksums', async () => {
    await expect(rejected((parts) => parts.slice(1))).resolves.toBe('400 InvalidPartOrder');
  });
  test('a wrong ETag', async () => {
    await expect(rejected((parts) => parts.map((part) => ({ ...part, ETag: '"0"' })))).resolves.toBe('400 InvalidPart');
  });
  test('a part that was not uploaded', async () => {
    await expect(rejected((parts) => [...parts, { PartNumber: 3, ETag: '"0"' }])).resolves.toBe('400 InvalidPart');
  });
  test("another part's checksum", async () => {
    const outcome = rejected((parts) => parts.map((part) => ({ ...part, ChecksumCRC32: 'AAAAAA==' })));
    await expect(outcome).resolves.toBe('400 InvalidPart');
  });
  test('a composite upload without the checksums of its parts', async () => {
    await expect(rejected(withoutChecksums, {}, { ChecksumAlgorithm: 'SHA256' })).resolves.toBe('400 InvalidRequest');
  });
  test('a wrong checksum of the object', async () => {
    await expect(rejected((parts) => parts, { ChecksumCRC32: 'AAAAAA==' })).resolves.toBe('400 BadDigest');
  });
  test('a checksum of another algorithm', async () => {
    await expect(rejected((parts) => parts, { ChecksumCRC32C: 'AAAAAA==' })).resolves.toBe('400 InvalidRequest');
  });
  test('another checksum type', async () => {
    await expect(rejected((parts) => parts, { ChecksumType: 'COMPOSITE' })).resolves.toBe('400 InvalidRequest');
  });
  test('a wrong object size', async () => {
    await expect(rejected((parts) => parts, { MpuObjectSize: 1 })).resolves.toBe('400 InvalidRequest');
  });
  test('no parts', async () => {
    await expect(rejected(() => [])).resolves.toBe('400 MalformedXML');
  });

  test('a part under 5 MiB that is not the last', async () => {
    const id = await create();
    const replies = [await upload(id, 1, LAST), await upload(id, 2, LAST)];
    const parts = replies.map(({ ETag }, index) => ({ PartNumber: index + 1, ETag }));
    await expect(refusal(complete(id, parts))).resolves.toBe('400 EntityTooSmall');
  });

  test('a key that exists, with If-None-Match: *', async () => {
    const id = await create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = await uploadBoth(id, { ChecksumAlgorithm: 'CRC32' });
    await served.client.send(new PutObjectCommand({ ...at, Body: 'there before' }));
    const stated = { IfNoneMatch: '*', ChecksumCRC32: await wholeCrc32() };
    await expect(refusal(complete(id, parts, stated))).resolves.toBe('412 PreconditionFailed');
    await expect(head()).resolves.toMatchObject({ ContentLength: 12 });
  });
});

test('part numbers may have gaps where there are no checksums', async () => {
  const id = await create();
  const { ETag } = await upload(id, 7, LAST);
  await complete(id, [{ PartNumber: 7, ETag }]);
  await expect(head()).resolves.toMatchObject({ ContentLength: LAST.length });
});

test('ListParts shows parts with their checksums, a page at a time; a part sent again replaces the first', async () => {
  const id = await create({ ChecksumAlgorithm: 'CRC32' });
  for (const part of [3, 1, 2]) await upload(id, part, Buffer.from(`old ${part}`), { ChecksumAlgorithm: 'CRC32' });
  await upload(id, 2, LAST, { ChecksumAlgorithm: 'CRC32' });
  const first = await served.client.send(new ListPartsCommand({ ...at, UploadId: id, MaxParts: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, ChecksumAlgorithm: 'CRC32', ChecksumType: 'COMPOSITE' });
  expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 5],
    [2, LAST.length],
  ]);
  expect(first.Parts?.[1]?.ChecksumCRC32).toBe((await digestOf('CRC32', LAST)).toString('base64'));
  const rest = await served.client.send(
    new ListPartsCommand({ ...at, UploadId: id, PartNumberMarker: first.NextPartNumberMarker }),
  );
  expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 3 }] });
});

test('ListMultipartUploads pages by key and forgets what was aborted', async () => {
  const ids = new Map<string, string>();
  for (const Key of ['b', 'a/2', 'a/1', 'a/3']) ids.set(Key, await create({ Key }));
  await served.client.send(
    new AbortMultipartUploadCommand({ Bucket: at.Bucket, Key: 'a/3', UploadId: ids.get('a/3') }),
  );
  const list = { Bucket: at.Bucket, MaxUploads: 1 };
  const first = await served.client.send(new ListMultipartUploadsCommand({ ...list, Prefix: 'a/' }));
  expect(first).toMatchObject({ IsTruncated: true, Uploads: [{ Key: 'a/1', UploadId: ids.get('a/1') }] });
  const markers = { KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker };
  const second = await served.client.send(new ListMultipartUploadsCommand({ ...list, Prefix: 'a/', ...markers }));
  expect(second).toMatchObject({ IsTruncated: false, Uploads: [{ Key: 'a/2' }] });
});
