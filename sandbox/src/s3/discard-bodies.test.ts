import { readdirSync } from 'node:fs';
import path from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { digestOf } from './checksums/digests';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';
import { at, complete, create, FIRST, head, upload, uploadBoth, WHOLE } from './testing/uploads';

const KEPT = '_receipts/run-1';

let dataDir: string;
let served: Served;

beforeEach(async () => {
  dataDir = temporaryFolder();
  served = await serve(dataDir, new SystemClock(), { discardBodies: { keepPrefixes: ['_receipts/', '_runs/'] } });
  await served.client.send(new CreateBucketCommand({ Bucket: at.Bucket }));
});
afterEach(() => served.close());

const put = (Key: string, Body: string): Promise<unknown> =>
  served.client.send(new PutObjectCommand({ Bucket: at.Bucket, Key, Body }));
const read = async (Key: string, Range?: string): Promise<string | undefined> => {
  const { Body } = await served.client.send(new GetObjectCommand({ Bucket: at.Bucket, Key, Range }));
  return Body?.transformToString();
};
const storedFiles = (): number =>
  readdirSync(path.join(dataDir, 'files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .length;

test('with discarded bodies an object keeps its size, ETag and checksum', async () => {
  await put('k', '123456789');
  expect(storedFiles()).toBe(0);
  served.restart();
  const expected = { ETag: '"25f9e794323b453885f5181f1b624d0b"', ContentLength: 9, ChecksumCRC32: 'y/Q5Jg==' };
  await expect(
    served.client.send(new HeadObjectCommand({ Bucket: at.Bucket, Key: 'k', ChecksumMode: 'ENABLED' })),
  ).resolves.toMatchObject(expected);
  const { Contents } = await served.client.send(new ListObjectsV2Command({ Bucket: at.Bucket }));
  expect(Contents).toMatchObject([{ Key: 'k', Size: 9 }]);
});

test.each([undefined, 'bytes=0-0'])('reading a discarded body answers NotImplemented, Range %s', async (range) => {
  await put('k', '123456789');
  await expect(refusal(read('k', range))).resolves.toBe('501 NotImplemented');
  await expect(read('k', range)).rejects.toThrow('discardBodies');
});

test('objects under a kept prefix and empty objects stay readable', async () => {
  await put(KEPT, 'receipt');
  await rawRequest(served.endpoint, 'PUT', `/${at.Bucket}/empty`);
  served.restart();
  await expect(read(KEPT)).resolves.toBe('receipt');
  await expect(read('empty')).resolves.toBe('');
  await put(KEPT, 'another');
  expect(storedFiles()).toBe(1);
});

test('discarded parts are verified, and their object has its checksums', async () => {
  const id = await create(served.client, { ChecksumAlgorithm: 'SHA256' });
  const wrong = { ChecksumSHA256: (await digestOf('SHA256', WHOLE)).toString('base64') };
  await expect(refusal(upload(served.client, id, 1, FIRST, wrong))).resolves.toBe('400 BadDigest');
  const parts = await uploadBoth(served.client, id, { ChecksumAlgorithm: 'SHA256' });
  served.restart();
  const listed = await served.client.send(new ListPartsCommand({ ...at, UploadId: id }));
  expect(listed.Parts).toMatchObject(parts.map(({ ETag, ChecksumSHA256 }) => ({ ETag, ChecksumSHA256 })));
  await complete(served.client, id, parts);
  expect(storedFiles()).toBe(0);
  await expect(head(served.client)).resolves.toMatchObject({
    ContentLength: WHOLE.length,
    ChecksumSHA256: expect.stringMatching(/-2$/) as unknown,
  });
  await expect(refusal(read(at.Key))).resolves.toBe('501 NotImplemented');
});
