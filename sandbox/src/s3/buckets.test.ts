import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { rawRequest, refusal, serve, temporaryFolder, type Served } from './testing/serve';

let served: Served;
beforeEach(async () => {
  served = await serve(temporaryFolder(), new SystemClock());
});
afterEach(() => served.close());

const create = (Bucket: string): Promise<unknown> => served.client.send(new CreateBucketCommand({ Bucket }));

test('a bucket is created, found, described, listed and deleted', async () => {
  await create('b-two');
  await create('b-one');
  await create('b-one');
  const head = await served.client.send(new HeadBucketCommand({ Bucket: 'b-one' }));
  expect(head.BucketRegion).toBe('us-east-1');
  const { LocationConstraint } = await served.client.send(new GetBucketLocationCommand({ Bucket: 'b-one' }));
  expect(LocationConstraint ?? '').toBe('');
  const { Status } = await served.client.send(new GetBucketVersioningCommand({ Bucket: 'b-one' }));
  expect(Status).toBeUndefined();
  const first = await served.client.send(new ListBucketsCommand({ Prefix: 'b-', MaxBuckets: 1 }));
  expect(first.Buckets).toMatchObject([{ Name: 'b-one', BucketRegion: 'us-east-1' }]);
  const rest = await served.client.send(new ListBucketsCommand({ ContinuationToken: first.ContinuationToken }));
  expect(rest.Buckets?.map(({ Name }) => Name)).toEqual(['b-two']);
  await served.client.send(new DeleteBucketCommand({ Bucket: 'b-one' }));
  await expect(refusal(served.client.send(new HeadBucketCommand({ Bucket: 'b-one' })))).resolves.toBe('404 NotFound');
});

test('a bucket that is not empty is not deleted', async () => {
  await create('b-one');
  await served.client.send(new PutObjectCommand({ Bucket: 'b-one', Key: 'k', Body: 'x' }));
  const attempt = served.client.send(new DeleteBucketCommand({ Bucket: 'b-one' }));
  await expect(refusal(attempt)).resolves.toBe('409 BucketNotEmpty');
});

test.each(['aa', 'Upper', '1.2.3.4', 'a..b', '-a-', 'a_b'])('%s is not a valid bucket name', async (name) => {
  const { status, text } = await rawRequest(served.endpoint, 'PUT', `/${name}`);
  expect(status).toBe(400);
  expect(text).toContain('<Code>InvalidBucketName</Code>');
});

test('a bucket of another region is addressed with that region', async () => {
  const body = `<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>`;
  const created = await rawRequest(served.endpoint, 'PUT', '/far-away', {}, body);
  expect(created.status).toBe(200);
  const head = await rawRequest(served.endpoint, 'HEAD', '/far-away');
  expect([head.status, head.headers['x-amz-bucket-region']]).toEqual([301, 'eu-west-1']);
});

test('buckets are listed by region', async () => {
  const body = `<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>`;
  await rawRequest(served.endpoint, 'PUT', '/far-away', {}, body);
  await create('b-near');
  const list = async (BucketRegion?: string): Promise<(string | undefined)[]> => {
    const { Buckets = [] } = await served.client.send(new ListBucketsCommand({ BucketRegion }));
    return Buckets.map(({ Name }) => Name);
  };
  await expect(list()).resolves.toEqual(['b-near', 'far-away']);
  await expect(list('eu-west-1')).resolves.toEqual(['far-away']);
  await expect(list('us-west-2')).resolves.toEqual([]);
});

test.each([
  [
    '<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>',
    'InvalidLocationConstraint',
  ],
  ['<CreateBucketConfiguration><Tags><Tag/></Tags></CreateBucketConfiguration>', 'MalformedXML'],
  ['<!DOCTYPE a [<!ENTITY b "c">]><CreateBucketConfiguration/>', 'MalformedXML'],
  ['<CreateBucketConfiguration>', 'MalformedXML'],
  ['nonsense', 'MalformedXML'],
])('the document %s is rejected', async (body, code) => {
  const { status, text } = await rawRequest(served.endpoint, 'PUT', '/b-one', {}, body);
  expect(status).toBe(400);
  expect(text).toContain(`<Code>${code}</Code>`);
});

describe('NotImplemented', () => {
  beforeEach(() => create('b-one'));

  test.each([
    ['PUT', '/b-one?website', 'PutBucketWebsite'],
    ['GET', '/b-one?inventory', 'ListBucketInventoryConfigurations'],
    ['GET', '/b-one?inventory&id=a', 'GetBucketInventoryConfiguration'],
    ['GET', '/b-one/k?torrent', 'GetObjectTorrent'],
    ['GET', '/b-one/k?never-heard-of', 'GetObject'],
    ['POST', '/b-one/k?select&select-type=2', 'SelectObjectContent'],
  ])('%s %s is %s', async (method, target, operation) => {
    const { status, text, headers } = await rawRequest(served.endpoint, method, target);
    expect(status).toBe(501);
    expect(text).toContain('<Code>NotImplemented</Code>');
    expect(text).toContain(operation);
    expect(headers['x-amz-request-id']).toBe(served.calls.at(-1)?.requestId);
    expect(served.calls.at(-1)?.operation).toBe(operation);
  });

  test.each([
    ['/b-one/k', 'CopyObject'],
    ['/b-one/k?partNumber=1&uploadId=x', 'UploadPartCopy'],
  ])('a copy to %s is %s', async (target, operation) => {
    const { status, text } = await rawRequest(served.endpoint, 'PUT', target, { 'x-amz-copy-source': '/b-one/other' });
    expect(status).toBe(501);
    expect(text).toContain(operation);
  });

  test.each([
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-grant-read', 'id="1"'],
    ['x-amz-checksum-crc16', 'AAAA'],
    ['x-amz-never-heard-of', 'x'],
  ])('the header %s', async (name, value) => {
    const { status, text } = await rawRequest(served.endpoint, 'PUT', '/b-one/k', { [name]: value }, 'x');
    expect(status).toBe(501);
    expect(text.toLowerCase()).toContain(name);
  });

  test('a method that S3 does not have is not allowed', async () => {
    const { status } = await rawRequest(served.endpoint, 'PATCH', '/b-one/k');
    expect(status).toBe(405);
  });
});
