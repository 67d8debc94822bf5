import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import path from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { SystemClock } from '../clock';
import { AUTHORIZATION, refusal, serve, temporaryFolder, type Served } from './testing/serve';
import { at, complete, create, LAST, upload } from './testing/uploads';

let dataDir: string;
let served: Served;
beforeEach(async () => {
  dataDir = temporaryFolder();
  served = await serve(dataDir, new SystemClock());
  await served.client.send(new CreateBucketCommand({ Bucket: at.Bucket }));
});
afterEach(() => served.close());

const put = async (Body: string, input: Partial<PutObjectCommandInput> = {}): Promise<string | undefined> =>
  (await served.client.send(new PutObjectCommand({ ...at, Body, ...input }))).ETag;
const remove = (): Promise<unknown> => served.client.send(new DeleteObjectCommand(at));

/** An upload with its one part; returns what completes it. */
async function begin(): Promise<(input: { IfMatch?: string | undefined; IfNoneMatch?: string }) => Promise<unknown>> {
  const uploadId = await create(served.client);
  const { ETag } = await upload(served.client, uploadId, 1, LAST);
  return (input) => complete(served.client, uploadId, [{ PartNumber: 1, ETag }], input);
}

describe('PutObject', () => {
  test('If-Match overwrites only the object that it names', async () => {
    await expect(refusal(put('a', { IfMatch: '"0"' }))).resolves.toBe('404 NoSuchKey');
    const etag = await put('a');
    await expect(refusal(put('b', { IfMatch: '"0"' }))).resolves.toBe('412 PreconditionFailed');
    await put('b', { IfMatch: etag });
    await expect(refusal(put('c', { IfMatch: etag }))).resolves.toBe('412 PreconditionFailed');
  });

  test.each([
    ['If-None-Match of an ETag', { IfNoneMatch: '"0"' }],
    ['If-Match: *', { IfMatch: '*' }],
    ['both', { IfMatch: '"0"', IfNoneMatch: '*' }],
  ])('%s is rejected as on S3', async (_what, input) => {
    await expect(refusal(put('a', input))).resolves.toBe('501 NotImplemented');
  });

  test('a delete marker counts as no object', async () => {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await served.client.send(new PutBucketVersioningCommand({ Bucket: at.Bucket, VersioningConfiguration }));
    const etag = await put('a');
    await remove();
    await expect(refusal(put('b', { IfMatch: etag }))).resolves.toBe('404 NoSuchKey');
    await put('b', { IfNoneMatch: '*' });
    await expect(refusal(put('c', { IfNoneMatch: '*' }))).resolves.toBe('412 PreconditionFailed');
  });

  test('a deletion while the body is in progress is a conflict', async () => {
    const { port } = new URL(served.endpoint);
    const headers = { authorization: AUTHORIZATION, 'content-length': '2', 'if-none-match': '*' };
    const outgoing = request({ host: '127.0.0.1', port, method: 'PUT', path: `/${at.Bucket}/${at.Key}`, headers });
    outgoing.write('x');
    while (readdirSync(path.join(dataDir, 'files')).length === 0)
      await new Promise((resolve) => void setImmediate(resolve));
    await put('in between');
    await remove();
    outgoing.end('y');
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const [body] = (await once(response, 'data')) as [Buffer];
    expect(response.statusCode).toBe(409);
    expect(body.toString()).toContain('<Code>ConditionalRequestConflict</Code>');
    await put('again', { IfNoneMatch: '*' });
  });
});

/** As recorded against S3 by LocalStack's tests of write preconditions. */
describe('CompleteMultipartUpload', () => {
  test('If-None-Match: a deletion since the upload was created is a conflict, also after a kill', async () => {
    await put('a');
    const finish = await begin();
    await expect(refusal(finish({ IfNoneMatch: '*' }))).resolves.toBe('412 PreconditionFailed');
    await remove();
    await expect(refusal(finish({ IfNoneMatch: '*' }))).resolves.toBe('409 ConditionalRequestConflict');
    served.restart();
    await expect(refusal(finish({ IfNoneMatch: '*' }))).resolves.toBe('409 ConditionalRequestConflict');
    await (
      await begin()
    )({ IfNoneMatch: '*' });
  });

  test('If-None-Match fails for an object written meanwhile', async () => {
    const finish = await begin();
    await put('a');
    await expect(refusal(finish({ IfNoneMatch: '*' }))).resolves.toBe('412 PreconditionFailed');
  });

  test('If-Match: an object written meanwhile is a conflict even where it is the one named', async () => {
    const before = await put('a');
    const finish = await begin();
    const meanwhile = await put('b');
    await expect(refusal(finish({ IfMatch: before }))).resolves.toBe('412 PreconditionFailed');
    await expect(refusal(finish({ IfMatch: meanwhile }))).resolves.toBe('409 ConditionalRequestConflict');
    await (
      await begin()
    )({ IfMatch: meanwhile });
  });

  test('If-Match fails after a deletion meanwhile', async () => {
    const etag = await put('a');
    const finish = await begin();
    await remove();
    await expect(refusal(finish({ IfMatch: etag }))).resolves.toBe('404 NoSuchKey');
    await put('a');
    await expect(refusal(finish({ IfMatch: etag }))).resolves.toBe('409 ConditionalRequestConflict');
  });

  test('without a condition the write succeeds', async () => {
    await put('a');
    const finish = await begin();
    await remove();
    await expect(finish({})).resolves.toMatchObject({ Key: at.Key });
  });
});
