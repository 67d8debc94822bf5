import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type BucketVersioningStatus,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

const Bucket = 'photos';
const at = { Bucket, Key: 'k' };
const NEVER_GIVEN = 'x'.repeat(32);
let served: Served;

beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => served.close());

const set = (Status: BucketVersioningStatus): Promise<unknown> =>
  served.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const put = async (Body: string, Key = at.Key): Promise<string | undefined> =>
  (await served.client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
const get = async (VersionId?: string): Promise<string | undefined> =>
  (await served.client.send(new GetObjectCommand({ ...at, VersionId }))).Body?.transformToString();
const remove = (VersionId?: string): Promise<{ VersionId?: string | undefined; DeleteMarker?: boolean | undefined }> =>
  served.client.send(new DeleteObjectCommand({ ...at, VersionId }));
const list = (input: Partial<ListObjectVersionsCommandInput> = {}): Promise<ListObjectVersionsCommandOutput> =>
  served.client.send(new ListObjectVersionsCommand({ Bucket, ...input }));
const currentKeys = async (): Promise<(string | undefined)[]> => {
  const { Contents = [] } = await served.client.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key);
};

describe('the versioning of a bucket', () => {
  test('is unset, Enabled or Suspended, and survives a kill', async () => {
    const read = async (): Promise<string | undefined> =>
      (await served.client.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    await expect(read()).resolves.toBeUndefined();
    await set('Enabled');
    await expect(read()).resolves.toBe('Enabled');
    await set('Suspended');
    served.restart();
    await expect(read()).resolves.toBe('Suspended');
  });

  test.each([
    ['<Status>enabled</Status>', 400, 'MalformedXML'],
    ['', 400, 'IllegalVersioningConfigurationException'],
    ['<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>', 501, 'NotImplemented'],
  ])('%s is rejected', async (content, expected, code) => {
    const body = `<VersioningConfiguration>${content}</VersioningConfiguration>`;
    const { status, text } = await rawRequest(served.endpoint, 'PUT', `/${Bucket}?versioning`, {}, body);
    expect(status).toBe(expected);
    expect(text).toContain(`<Code>${code}</Code>`);
  });
});

test('each write creates a version, and every version stays readable', async () => {
  await put('before');
  await set('Enabled');
  const first = await put('first');
  const second = await put('second');
  expect(first).toMatch(/^[\w-]{32}$/);
  expect(second).not.toBe(first);
  await expect(get()).resolves.toBe('second');
  await expect(get(first)).resolves.toBe('first');
  await expect(get('null')).resolves.toBe('before');
  served.restart();
  await expect(get(first)).resolves.toBe('first');
  const head = await served.client.send(new HeadObjectCommand({ ...at, VersionId: 'null' }));
  expect(head).toMatchObject({ VersionId: 'null', ContentLength: 6 });
});

test('a multipart upload creates a version too', async () => {
  await set('Enabled');
  await put('first');
  const { UploadId } = await served.client.send(new CreateMultipartUploadCommand(at));
  const { ETag } = await served.client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'second' }));
  const { VersionId } = await served.client.send(
    new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
  );
  await expect(get(VersionId)).resolves.toBe('second');
  expect((await list()).Versions).toHaveLength(2);
});

describe('deletion', () => {
  test('leaves a delete marker: 404 without a version id, 405 with that of the marker', async () => {
    await set('Enabled');
    const version = await put('x');
    const marker = await remove();
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.stringMatching(/^[\w-]{32}$/) });
    await expect(currentKeys()).resolves.toEqual([]);
    await expect(get(version)).resolves.toBe('x');

    const plain = await rawRequest(served.endpoint, 'GET', `/${Bucket}/k`);
    expect(plain.status).toBe(404);
    expect(plain.text).toContain('<Code>NoSuchKey</Code>');
    expect(plain.headers).toMatchObject({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.VersionId });
    for (const method of ['GET', 'HEAD']) {
      const named = await rawRequest(served.endpoint, method, `/${Bucket}/k?versionId=${marker.VersionId}`);
      expect(named.status).toBe(405);
      expect(named.headers).toMatchObject({ 'x-amz-delete-marker': 'true', allow: 'DELETE' });
    }
    await expect(refusal(served.client.send(new GetObjectTaggingCommand(at)))).resolves.toBe('405 MethodNotAllowed');
  });

  test('of the marker brings the object back; of a version is final', async () => {
    await set('Enabled');
    const first = await put('first');
    const second = await put('second');
    const marker = await remove();
    await expect(remove(marker.VersionId)).resolves.toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    await expect(get()).resolves.toBe('second');
    await expect(remove(second)).resolves.toMatchObject({ VersionId: second });
    await expect(get()).resolves.toBe('first');
    await expect(refusal(get(second))).resolves.toBe('404 NoSuchVersion');
    await expect(remove(second)).resolves.toMatchObject({ VersionId: second });
    served.restart();
    await expect(get()).resolves.toBe('first');
    await remove(first);
    await expect(refusal(get())).resolves.toBe('404 NoSuchKey');
  });

  test('of a missing key leaves a marker too', async () => {
    await set('Enabled');
    await expect(remove()).resolves.toMatchObject({ DeleteMarker: true });
    await expect(remove(NEVER_GIVEN)).resolves.toMatchObject({ VersionId: NEVER_GIVEN });
    await expect(refusal(remove('short'))).resolves.toBe('400 InvalidArgument');
  });

  test('of many reports each outcome', async () => {
    await set('Enabled');
    const version = await put('x');
    const Objects = [{ Key: 'k', VersionId: version }, { Key: 'k' }, { Key: 'k', VersionId: 'short' }];
    const { Deleted, Errors } = await served.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toMatchObject([
      { Key: 'k', VersionId: version },
      { Key: 'k', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    expect(Errors).toMatchObject([{ Key: 'k', VersionId: 'short', Code: 'NoSuchVersion' }]);
  });

  test('of the bucket requires that no versions and markers are left', async () => {
    await set('Enabled');
    const version = await put('x');
    const { VersionId } = await remove();
    const drop = (): Promise<unknown> => served.client.send(new DeleteBucketCommand({ Bucket }));
    await expect(refusal(drop())).resolves.toBe('409 BucketNotEmpty');
    await remove(version);
    await expect(refusal(drop())).resolves.toBe('409 BucketNotEmpty');
    await remove(VersionId);
    await drop();
  });
});

test('with suspended versioning the null version is overwritten and the others stay', async () => {
  await set('Enabled');
  const kept = await put('kept');
  await set('Suspended');
  await expect(put('null 1')).resolves.toBeUndefined();
  await expect(put('null 2')).resolves.toBeUndefined();
  await expect(list()).resolves.toMatchObject({
    Versions: [
      { VersionId: 'null', IsLatest: true, Size: 6 },
      { VersionId: kept, IsLatest: false },
    ],
  });
  await expect(get('null')).resolves.toBe('null 2');
  await expect(remove()).resolves.toMatchObject({ DeleteMarker: true, VersionId: 'null' });
  served.restart();
  const after = await list();
  expect(after.Versions?.map(({ VersionId }) => VersionId)).toEqual([kept]);
  expect(after.DeleteMarkers).toMatchObject([{ VersionId: 'null', IsLatest: true }]);
  await expect(put('null 3')).resolves.toBeUndefined();
  expect((await list()).DeleteMarkers).toBeUndefined();
});

test('a bucket without versioning has null versions only, and does not mention them', async () => {
  await put('x');
  const { VersionId } = await served.client.send(new GetObjectCommand({ ...at, VersionId: 'null' }));
  expect(VersionId).toBeUndefined();
  await expect(list()).resolves.toMatchObject({ Versions: [{ Key: 'k', VersionId: 'null', IsLatest: true }] });
  await expect(refusal(get(NEVER_GIVEN))).resolves.toBe('400 InvalidArgument');
  await expect(refusal(remove(NEVER_GIVEN))).resolves.toBe('400 InvalidArgument');
  const deletion = await remove('null');
  expect([deletion.VersionId, deletion.DeleteMarker]).toEqual([undefined, undefined]);
  await expect(currentKeys()).resolves.toEqual([]);
});

test('each version has its own tags', async () => {
  await set('Enabled');
  const first = await put('first');
  const second = await put('second');
  const TagSet = [{ Key: 'a', Value: 'b' }];
  const tagged = await served.client.send(
    new PutObjectTaggingCommand({ ...at, VersionId: first, Tagging: { TagSet } }),
  );
  expect(tagged.VersionId).toBe(first);
  await expect(served.client.send(new GetObjectTaggingCommand({ ...at, VersionId: first }))).resolves.toMatchObject({
    TagSet,
    VersionId: first,
  });
  await expect(served.client.send(new GetObjectTaggingCommand(at))).resolves.toMatchObject({
    TagSet: [],
    VersionId: second,
  });
  await served.client.send(new DeleteObjectTaggingCommand({ ...at, VersionId: first }));
  const { TagSet: left } = await served.client.send(new GetObjectTaggingCommand({ ...at, VersionId: first }));
  expect(left).toEqual([]);
});

describe('ListObjectVersions', () => {
  /** Every page's versions, markers and common prefixes, as `key version` and `prefix`. */
  async function pages(input: Partial<ListObjectVersionsCommandInput>): Promise<string[][]> {
    const found: string[][] = [];
    let next: Partial<ListObjectVersionsCommandInput> = {};
    for (;;) {
      const page = await list({ ...input, ...next });
      const items = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      found.push([
        ...items.map(({ Key, VersionId }) => `${Key} ${VersionId}`),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''),
      ]);
      if (page.IsTruncated !== true) return found;
      next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  test('returns every version and marker once at any page size', async () => {
    await put('x', 'a');
    await put('x', 'd/1');
    await set('Enabled');
    for (const key of ['a', 'b', 'c/1', 'c/1', 'c/2', 'd/1']) await put('x', key);
    await served.client.send(new DeleteObjectCommand({ Bucket, Key: 'c/2' }));
    await served.client.send(new DeleteObjectCommand({ Bucket, Key: 'e' }));
    const whole = (await pages({})).flat();
    expect(whole).toHaveLength(10);
    for (const MaxKeys of [1, 2, 3, 7]) {
      const found = await pages({ MaxKeys });
      expect(found.flat().sort()).toEqual(whole.toSorted());
      expect(Math.max(...found.map((page) => page.length))).toBe(MaxKeys);
      const grouped = (await pages({ MaxKeys, Delimiter: '/' })).flat();
      expect(grouped).toHaveLength(6);
      expect(grouped).toEqual(expect.arrayContaining(['c/', 'd/']));
    }
    await expect(pages({ Prefix: 'c/', MaxKeys: 2 })).resolves.toHaveLength(2);
  });

  test('continues after a deleted marker', async () => {
    await set('Enabled');
    for (let count = 0; count < 5; count += 1) await put(String(count));
    const first = await list({ MaxKeys: 2 });
    for (const { VersionId } of first.Versions ?? []) await remove(VersionId);
    const rest = await list({ KeyMarker: first.NextKeyMarker, VersionIdMarker: first.NextVersionIdMarker });
    expect(rest.Versions).toHaveLength(3);
    expect(rest.Versions?.[0]?.IsLatest).toBe(true);
  });

  test('continues after the group of a marker inside it', async () => {
    for (const key of ['a/1', 'a/2', 'b']) await put('x', key);
    const page = await list({ Delimiter: '/', KeyMarker: 'a/1' });
    expect(page.Versions?.map(({ Key }) => Key)).toEqual(['b']);
    expect(page.CommonPrefixes).toBeUndefined();
  });

  test('encodes keys, and requires a key marker with a version marker', async () => {
    await put('x', 'a b/ä');
    await expect(list({ EncodingType: 'url', Delimiter: '/' })).resolves.toMatchObject({
      CommonPrefixes: [{ Prefix: 'a%20b/' }],
    });
    await expect(refusal(list({ VersionIdMarker: 'x' }))).resolves.toBe('400 InvalidArgument');
  });
});
