import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type CompletedPart,
  type CompleteMultipartUploadCommandInput,
  type CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { digestOf } from './checksums/digests';
import { refusal, serve, temporaryFolder, type Served } from './testing/serve';
import { at, complete, create, FIRST, head, LAST, upload, uploadBoth, WHOLE } from './testing/uploads';

let served: Served;

beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket: at.Bucket }));
});
afterEach(() => served.close());

const wholeCrc32 = async (): Promise<string> => (await digestOf('CRC32', WHOLE)).toString('base64');
const withoutChecksums = (parts: CompletedPart[]): CompletedPart[] =>
  parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));

describe('a completed upload', () => {
  test('with a full-object CRC32 has the checksum of its bytes, its metadata and its class', async () => {
    const settings = { StorageClass: 'STANDARD_IA', Metadata: { a: 'b' }, Tagging: 'x=y' } as const;
    const id = await create(served.client, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT', ...settings });
    const parts = await uploadBoth(served.client, id, { ChecksumAlgorithm: 'CRC32' });
    const ChecksumCRC32 = await wholeCrc32();
    const reply = await complete(served.client, id, parts, {
      ChecksumCRC32,
      ChecksumType: 'FULL_OBJECT',
      MpuObjectSize: WHOLE.length,
    });
    const md5s = [FIRST, LAST].map((bytes) => createHash('md5').update(bytes).digest());
    const ETag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`;
    expect(reply).toMatchObject({ ETag, ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
    await expect(head(served.client)).resolves.toMatchObject({
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
    const id = await create(served.client, { ChecksumAlgorithm: 'SHA256' });
    const parts = await uploadBoth(served.client, id, { ChecksumAlgorithm: 'SHA256' });
    const listed = await served.client.send(new ListPartsCommand({ ...at, UploadId: id }));
    expect(listed.Parts).toMatchObject(parts.map(({ ChecksumSHA256 }) => ({ ChecksumSHA256 })));
    await complete(served.client, id, parts);
    const digests = [FIRST, LAST].map((bytes) => createHash('sha256').update(bytes).digest());
    const value = createHash('sha256').update(Buffer.concat(digests)).digest('base64');
    await expect(head(served.client)).resolves.toMatchObject({
      ChecksumSHA256: `${value}-2`,
      ChecksumType: 'COMPOSITE',
    });
  });

  test('without a checksum gets CRC64NVME from S3', async () => {
    const id = await create(served.client);
    await complete(served.client, id, await uploadBoth(served.client, id));
    const ChecksumCRC64NVME = (await digestOf('CRC64NVME', WHOLE)).toString('base64');
    await expect(head(served.client)).resolves.toMatchObject({ ChecksumCRC64NVME, ChecksumType: 'FULL_OBJECT' });
  });

  test('is read across its parts, and by part', async () => {
    const id = await create(served.client);
    await complete(served.client, id, await uploadBoth(served.client, id));
    const across = await served.client.send(
      new GetObjectCommand({ ...at, Range: `bytes=${FIRST.length - 3}-${FIRST.length + 2}` }),
    );
    await expect(across.Body?.transformToString()).resolves.toBe(
      WHOLE.toString('utf8', FIRST.length - 3, FIRST.length + 3),
    );
    const second = await served.client.send(new GetObjectCommand({ ...at, PartNumber: 2 }));
    expect(second.PartsCount).toBe(2);
    await expect(second.Body?.transformToString()).resolves.toBe(LAST.toString());
  });

  test('is gone: a second completion finds no upload', async () => {
    const id = await create(served.client);
    const parts = await uploadBoth(served.client, id);
    await complete(served.client, id, parts);
    await expect(refusal(complete(served.client, id, parts))).resolves.toBe('404 NoSuchUpload');
  });
});

describe('CompleteMultipartUpload rejects', () => {
  const fullCrc = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;

  async function rejected(
    change: (parts: CompletedPart[]) => CompletedPart[],
    input: Partial<CompleteMultipartUploadCommandInput> = {},
    settings: Partial<CreateMultipartUploadCommandInput> = fullCrc,
  ): Promise<string> {
    const id = await create(served.client, settings);
    const parts = await uploadBoth(served.client, id, { ChecksumAlgorithm: settings.ChecksumAlgorithm });
    const outcome = await refusal(complete(served.client, id, change(parts), input));
    // Nothing appeared, and the upload can still be completed.
    const { KeyCount } = await served.client.send(new ListObjectsV2Command({ Bucket: at.Bucket }));
    expect(KeyCount).toBe(0);
    await complete(served.client, id, parts);
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
    await expect(rejected((parts) => parts, { ChecksumCRC64NVME: 'AAAAAAAAAAA=' })).resolves.toBe('400 InvalidRequest');
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
    const id = await create(served.client);
    const replies = [await upload(served.client, id, 1, LAST), await upload(served.client, id, 2, LAST)];
    const parts = replies.map(({ ETag }, index) => ({ PartNumber: index + 1, ETag }));
    await expect(refusal(complete(served.client, id, parts))).resolves.toBe('400 EntityTooSmall');
  });

  test('a key that exists, with If-None-Match: *', async () => {
    const id = await create(served.client, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = await uploadBoth(served.client, id, { ChecksumAlgorithm: 'CRC32' });
    await served.client.send(new PutObjectCommand({ ...at, Body: 'there before' }));
    const stated = { IfNoneMatch: '*', ChecksumCRC32: await wholeCrc32() };
    await expect(refusal(complete(served.client, id, parts, stated))).resolves.toBe('412 PreconditionFailed');
    await expect(head(served.client)).resolves.toMatchObject({ ContentLength: 12 });
  });
});

test('part numbers may have gaps where there are no checksums', async () => {
  const id = await create(served.client);
  const { ETag } = await upload(served.client, id, 7, LAST);
  await complete(served.client, id, [{ PartNumber: 7, ETag }]);
  await expect(head(served.client)).resolves.toMatchObject({ ContentLength: LAST.length });
});
