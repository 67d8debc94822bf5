import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

const Bucket = 'photos';
/** In the order of their UTF-8 bytes. */
const ODD_KEYS = [
  ' leading and trailing ',
  '../../etc/passwd',
  './a',
  '/root',
  'a b+c%20d',
  'a&b<c>"d\'e',
  'a//b',
  'dir/',
  'line\r\nbreak',
  'ä/ö',
  '日本',
  '\uffee',
  '😀',
];
let served: Served;

beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => served.close());

async function putAll(keys: readonly string[]): Promise<void> {
  for (const Key of keys) await served.client.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }));
}
const list = (input: Partial<ListObjectsV2CommandInput> = {}): Promise<ListObjectsV2CommandOutput> =>
  served.client.send(new ListObjectsV2Command({ Bucket, ...input }));
const keysOf = ({ Contents = [] }: ListObjectsV2CommandOutput): (string | undefined)[] =>
  Contents.map(({ Key }) => Key);

/** Keys and common prefixes of all pages, in order of arrival. */
async function listPages(input: Partial<ListObjectsV2CommandInput>): Promise<(string | undefined)[][]> {
  const pages: (string | undefined)[][] = [];
  let token: string | undefined;
  do {
    const page = await list({ ...input, ...(token === undefined ? {} : { ContinuationToken: token }) });
    pages.push([...keysOf(page), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix)]);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return pages;
}

test('odd keys are stored, listed in byte order, read and deleted as they are', async () => {
  await putAll(ODD_KEYS.toReversed());
  expect(keysOf(await list())).toEqual(ODD_KEYS);
  for (const Key of ODD_KEYS) {
    const { Body } = await served.client.send(new GetObjectCommand({ Bucket, Key }));
    await expect(Body?.transformToString()).resolves.toBe(`body of ${Key}`);
  }
  await served.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: ODD_KEYS.map((Key) => ({ Key })) } }));
  expect(keysOf(await list())).toEqual([]);
});

test('encoding-type=url percent-encodes keys and prefixes', async () => {
  await putAll(['a b+c/ä/x']);
  const page = await list({ EncodingType: 'url', Prefix: 'a b+', Delimiter: 'ä/' });
  expect(page).toMatchObject({ EncodingType: 'url', Prefix: 'a%20b%2B', Delimiter: '%C3%A4/' });
  expect(page.CommonPrefixes).toEqual([{ Prefix: 'a%20b%2Bc/%C3%A4/' }]);
  await putAll(["it's (3)!*.png"]);
  expect(keysOf(await list({ EncodingType: 'url', Prefix: 'it' }))).toEqual(['it%27s%20%283%29%21%2A.png']);
});

test('ListObjectsV2 returns every key and common prefix once at any page size', async () => {
  await putAll(['a', 'b/1', 'b/2', 'b/3', 'b-', 'c/1', 'd', 'd/x/y']);
  const grouped = { Delimiter: '/' };
  for (const MaxKeys of [1, 2, 3, 7, 1000]) {
    const found = (await listPages({ ...grouped, MaxKeys })).flat();
    expect(found).toHaveLength(6);
    expect(new Set(found)).toEqual(new Set(['a', 'b-', 'b/', 'c/', 'd', 'd/']));
    expect((await listPages({ MaxKeys })).flat()).toEqual(['a', 'b-', 'b/1', 'b/2', 'b/3', 'c/1', 'd', 'd/x/y']);
  }
  expect(await listPages({ ...grouped, MaxKeys: 2 })).toEqual([
    ['a', 'b-'],
    ['b/', 'c/'],
    ['d', 'd/'],
  ]);
});

test('ListObjectsV2 applies prefix and start-after', async () => {
  await putAll(['a', 'b/1', 'b/2', 'b/2/x', 'c']);
  const page = await list({ Prefix: 'b/', StartAfter: 'b/1' });
  expect(keysOf(page)).toEqual(['b/2', 'b/2/x']);
  expect(page).toMatchObject({ KeyCount: 2, IsTruncated: false, StartAfter: 'b/1', MaxKeys: 1000 });
  expect(page.Contents?.[0]).toMatchObject({
    Size: 11,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: ['CRC32'],
  });
});

test('max-keys 0 returns an empty page', async () => {
  await putAll(['a']);
  await expect(list({ MaxKeys: 0 })).resolves.toMatchObject({ KeyCount: 0, IsTruncated: false });
});

test('an invalid continuation token is rejected', async () => {
  await expect(refusal(list({ ContinuationToken: '*' }))).resolves.toBe('400 InvalidArgument');
});

test('listings follow writes and deletions', async () => {
  await putAll(['b', 'a']);
  expect(keysOf(await list())).toEqual(['a', 'b']);
  await served.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  await putAll(['c', 'a']);
  await served.client.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
  await served.client.send(new DeleteObjectCommand({ Bucket, Key: 'never there' }));
  expect(keysOf(await list())).toEqual(['a', 'c']);
});

test('a path that is not UTF-8 is rejected', async () => {
  const { status, text } = await rawRequest(served.endpoint, 'PUT', `/${Bucket}/%FF`, {}, 'x');
  expect(status).toBe(400);
  expect(text).toContain('<Code>InvalidURI</Code>');
});

test('the bucket may be in the host name', async () => {
  const host = { host: `${Bucket}.localhost:1234` };
  await rawRequest(served.endpoint, 'PUT', '/a/b', host, 'x');
  await expect(served.client.send(new HeadObjectCommand({ Bucket, Key: 'a/b' }))).resolves.toMatchObject({
    ContentLength: 1,
  });
});
