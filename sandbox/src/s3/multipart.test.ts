import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { digestOf } from './checksums/digests';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';
import { at, create, LAST, upload, WHOLE } from './testing/uploads';

let served: Served;

beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket: at.Bucket }));
});
afterEach(() => served.close());

describe('CreateMultipartUpload', () => {
  test.each([
    ['CRC32', undefined, 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT', 'FULL_OBJECT'],
    ['CRC64NVME', undefined, 'FULL_OBJECT'],
    ['SHA256', undefined, 'COMPOSITE'],
  ] as const)('%s of type %s is %s', async (ChecksumAlgorithm, type, expected) => {
    const input = { ChecksumAlgorithm, ...(type === undefined ? {} : { ChecksumType: type }) };
    const reply = await served.client.send(new CreateMultipartUploadCommand({ ...at, ...input }));
    expect(reply).toMatchObject({ ChecksumAlgorithm, ChecksumType: expected });
  });

  test.each([
    ['SHA256', 'FULL_OBJECT'],
    ['CRC64NVME', 'COMPOSITE'],
  ] as const)('rejects %s of type %s', async (ChecksumAlgorithm, ChecksumType) => {
    await expect(refusal(create(served.client, { ChecksumAlgorithm, ChecksumType }))).resolves.toBe(
      '400 InvalidRequest',
    );
  });

  test('answers NotImplemented for an algorithm that only S3 has', async () => {
    await expect(refusal(create(served.client, { ChecksumAlgorithm: 'SHA1' }))).resolves.toBe('501 NotImplemented');
  });

  test('rejects an algorithm that S3 does not have', async () => {
    const { status, text } = await rawRequest(served.endpoint, 'POST', '/photos/k?uploads', {
      'x-amz-checksum-algorithm': 'CRC16',
    });
    expect(status).toBe(400);
    expect(text).toContain('<Code>InvalidRequest</Code>');
  });
});

describe('UploadPart rejects', () => {
  test.each([0, 10_001])('part number %i', async (partNumber) => {
    const id = await create(served.client);
    await expect(refusal(upload(served.client, id, partNumber, LAST))).resolves.toBe('400 InvalidArgument');
  });

  test('an unknown upload', async () => {
    await expect(refusal(upload(served.client, 'nobody', 1, LAST))).resolves.toBe('404 NoSuchUpload');
  });

  test('an upload of another key', async () => {
    const id = await create(served.client);
    await expect(refusal(upload(served.client, id, 1, LAST, { Key: 'other' }))).resolves.toBe('404 NoSuchUpload');
  });

  test('another checksum algorithm than that of the upload', async () => {
    const id = await create(served.client, { ChecksumAlgorithm: 'SHA256' });
    await expect(refusal(upload(served.client, id, 1, LAST, { ChecksumAlgorithm: 'CRC32' }))).resolves.toBe(
      '400 InvalidRequest',
    );
  });

  test('a wrong checksum, and keeps no part', async () => {
    const id = await create(served.client, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    await expect(refusal(upload(served.client, id, 1, LAST, { ChecksumCRC32: 'AAAAAA==' }))).resolves.toBe(
      '400 BadDigest',
    );
    const { Parts = [] } = await served.client.send(new ListPartsCommand({ ...at, UploadId: id }));
    expect(Parts).toEqual([]);
  });

  test('a part whose upload was aborted while it was sent', async () => {
    const id = await create(served.client);
    const late = rawRequest(served.endpoint, 'PUT', `/photos/trip/film.mov?uploadId=${id}&partNumber=1`, {}, WHOLE);
    const aborted = served.client.send(new AbortMultipartUploadCommand({ ...at, UploadId: id }));
    const [{ status }] = await Promise.all([late, aborted]);
    expect([200, 404]).toContain(status);
    await expect(refusal(served.client.send(new ListPartsCommand({ ...at, UploadId: id })))).resolves.toBe(
      '404 NoSuchUpload',
    );
  });
});

test('ListParts shows parts with their checksums, a page at a time; a part sent again replaces the first', async () => {
  const id = await create(served.client, { ChecksumAlgorithm: 'CRC32' });
  for (const part of [3, 1, 2])
    await upload(served.client, id, part, Buffer.from(`old ${part}`), { ChecksumAlgorithm: 'CRC32' });
  await upload(served.client, id, 2, LAST, { ChecksumAlgorithm: 'CRC32' });
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

test('ListMultipartUploads pages by key and omits aborted uploads', async () => {
  const ids = new Map<string, string>();
  for (const Key of ['b', 'a/2', 'a/1', 'a/3']) ids.set(Key, await create(served.client, { Key }));
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
