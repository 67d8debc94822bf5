import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  RestoreObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { AUTHORIZATION, serve, temporaryFolder, type Served } from './testing/serve';

const at = { Bucket: 'photos', Key: '../k' };
let dataDir: string;
let served: Served;

beforeEach(async () => {
  dataDir = temporaryFolder();
  served = await serve(dataDir, new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket: at.Bucket }));
});
afterEach(() => served.close());

/** Every file of the store, folders left out. */
const files = (): string[] =>
  readdirSync(path.join(dataDir, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

const part = (UploadId: string | undefined, PartNumber: number, Body: string): Promise<{ ETag?: string | undefined }> =>
  served.client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));

test('objects, tags, restorations and open uploads survive a kill', async () => {
  const settings = { Metadata: { a: 'b' }, StorageClass: 'GLACIER', ContentType: 'text/plain' } as const;
  await served.client.send(new PutObjectCommand({ ...at, Body: 'body', ...settings }));
  const TagSet = [{ Key: 'x', Value: 'y' }];
  await served.client.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet } }));
  await served.client.send(new RestoreObjectCommand({ ...at, RestoreRequest: { Days: 1 } }));
  await served.client.send(new PutObjectCommand({ ...at, Key: 'deleted', Body: 'x' }));
  await served.client.send(new DeleteObjectCommand({ ...at, Key: 'deleted' }));
  const { UploadId } = await served.client.send(new CreateMultipartUploadCommand(at));
  const { ETag } = await part(UploadId, 1, 'part');
  const before = await served.client.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));

  served.restart();

  const after = await served.client.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
  expect(after).toEqual({ ...before, $metadata: after.$metadata });
  const { Body } = await served.client.send(new GetObjectCommand(at));
  await expect(Body?.transformToString()).resolves.toBe('body');
  await expect(served.client.send(new GetObjectTaggingCommand(at))).resolves.toMatchObject({ TagSet });
  const listing = await served.client.send(new ListObjectsV2Command({ Bucket: at.Bucket }));
  expect(listing.Contents?.map(({ Key }) => Key)).toEqual([at.Key]);
  const { Parts } = await served.client.send(new ListPartsCommand({ ...at, UploadId }));
  expect(Parts).toMatchObject([{ PartNumber: 1, ETag, Size: 4 }]);
  await served.client.send(
    new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
  );
  served.restart();
  const completed = await served.client.send(new GetObjectCommand(at));
  await expect(completed.Body?.transformToString()).resolves.toBe('part');
});

test('a journal without versions can be opened, and its objects are null versions', async () => {
  const settings = { storageClass: 'GLACIER', systemMetadata: {}, userMetadata: {}, tags: [] };
  const part = {
    partNumber: 1,
    fileId: 'ab0000',
    sizeBytes: 4,
    md5: 'a1',
    checksums: { CRC32: '26gLsg==' },
    modifiedMs: 0,
  };
  const checksum = { algorithm: 'CRC32', type: 'FULL_OBJECT', value: '26gLsg==' };
  const stored = { ...settings, sizeBytes: 4, etag: 'a1', checksum, modifiedMs: 0, parts: [part] };
  const object = { ...stored, uploadChecksum: null, restoredUntilMs: null };
  const bucket = 'old';
  const upload = {
    ...settings,
    uploadId: 'u',
    key: 'open',
    initiatedMs: 0,
    checksum: { ...checksum, requested: true },
  };
  const events = [
    { type: 'bucket-created', bucket, region: 'us-east-1', createdMs: 0 },
    { type: 'object-stored', bucket, object: { ...object, key: 'a' } },
    { type: 'object-stored', bucket, object: { ...object, key: 'b' } },
    { type: 'object-tagged', bucket, key: 'a', tags: [{ key: 'x', value: 'y' }] },
    { type: 'object-restored', bucket, key: 'a', untilMs: Date.now() + 1e9 },
    { type: 'object-deleted', bucket, key: 'b' },
    { type: 'upload-created', bucket, upload },
  ];
  mkdirSync(path.join(dataDir, 'files', 'ab'));
  writeFileSync(path.join(dataDir, 'files', 'ab', 'ab0000'), 'body');
  appendFileSync(path.join(dataDir, 's3.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  served.restart();
  const old = { Bucket: bucket, Key: 'a' };
  await expect(served.client.send(new HeadObjectCommand(old))).resolves.toMatchObject({ TagCount: 1 });
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await served.client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  await served.client.send(new PutObjectCommand({ ...old, Body: 'new' }));
  served.restart();
  const { Body } = await served.client.send(new GetObjectCommand({ ...old, VersionId: 'null' }));
  await expect(Body?.transformToString()).resolves.toBe('body');
  await served.client.send(new ListPartsCommand({ Bucket: bucket, Key: 'open', UploadId: 'u' }));
});

test('partial files of a killed process are removed', async () => {
  await served.client.send(new PutObjectCommand({ ...at, Body: 'body' }));
  const [kept = ''] = files();
  writeFileSync(path.join(dataDir, 'files', kept.slice(0, 2), `${kept.slice(0, 2)}half-written`), 'x');
  served.restart();
  expect(files()).toEqual([kept]);
});

test('files are removed with the objects and parts that refer to them', async () => {
  await served.client.send(new PutObjectCommand({ ...at, Body: 'first' }));
  await served.client.send(new PutObjectCommand({ ...at, Body: 'second' }));
  expect(files()).toHaveLength(1);
  const { UploadId } = await served.client.send(new CreateMultipartUploadCommand(at));
  const { ETag } = await part(UploadId, 1, 'used');
  await part(UploadId, 2, 'replaced');
  await part(UploadId, 2, 'unused');
  expect(files()).toHaveLength(3);
  const Parts = [{ PartNumber: 1, ETag }];
  await served.client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
  expect(files()).toHaveLength(1);
  await served.client.send(new DeleteObjectCommand(at));
  expect(files()).toEqual([]);
});

test('deleting a bucket removes the parts of its open uploads', async () => {
  const { UploadId } = await served.client.send(new CreateMultipartUploadCommand(at));
  await part(UploadId, 1, 'part');
  await served.client.send(new DeleteBucketCommand({ Bucket: at.Bucket }));
  expect(files()).toEqual([]);
});

test('a truncated request body leaves nothing', async () => {
  const { port } = new URL(served.endpoint);
  const headers = { authorization: AUTHORIZATION, 'content-length': '1000000' };
  const outgoing = request({ host: '127.0.0.1', port, method: 'PUT', path: '/photos/cut', headers });
  outgoing.on('error', () => {});
  outgoing.write(Buffer.alloc(500_000));
  await until(() => files().length === 1);
  outgoing.destroy();
  await until(() => files().length === 0);
  const { KeyCount } = await served.client.send(new ListObjectsV2Command({ Bucket: at.Bucket }));
  expect(KeyCount).toBe(0);
});

/** Gives way to other work until the condition holds; the test's own time limit ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => void setImmediate(resolve));
}
