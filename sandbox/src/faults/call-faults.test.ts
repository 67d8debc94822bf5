import {
  DescribeJobCommand,
  GetJobOutputCommand,
  InitiateJobCommand,
  ListVaultsCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { Bucket, retrieve, type SandboxClients, startSandboxClients, store, vault } from '../testing/sandbox-clients';
import type { FaultScript } from './rules';

const MIB = 1024 * 1024;
const BYTES = Buffer.alloc(3 * MIB, 'three MiB of this ');
const Key = 'film';

let clients: SandboxClients;
let jobId: string;

beforeAll(async () => {
  clients = await startSandboxClients();
  jobId = await retrieve(clients, await store(clients, BYTES));
  await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: BYTES }));
});
afterAll(() => clients.close());
beforeEach(() => clients.sandbox.faults.clear());

const inject = (...rules: FaultScript['rules']): void => clients.sandbox.faults.add({ seed: 7, rules });
const injected = (): number => clients.sandbox.faults.report().reduce((sum, rule) => sum + rule.injected, 0);

const getOutput = (range?: string) => clients.glacier.send(new GetJobOutputCommand({ ...vault, jobId, range }));

interface Output {
  readonly bytes: Buffer;
  /** How the body ended, where it did not end well. */
  readonly error: string | null;
}

/** The body of a job's output as far as it comes. */
async function readOutput(range?: string): Promise<Output> {
  const { body } = await getOutput(range);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body as unknown as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
  return { bytes: Buffer.concat(chunks), error: null };
}

describe('the fault error', () => {
  const list = () => clients.glacier.send(new ListVaultsCommand({ accountId: '-' }));

  test.each([
    ['ThrottlingException', 400],
    ['NoLongerSupportedException', 400],
  ])('Glacier answers %s with %d', async (code, status) => {
    inject({ fault: 'error', on: 'glacier:ListVaults', code });
    await expect(list()).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: status } });
  });

  test('the status and the message can be overridden', async () => {
    inject({
      fault: 'error',
      on: 'glacier:*',
      code: 'InsufficientCapacityException',
      status: 400,
      message: 'none left',
    });
    await expect(list()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 }, message: 'none left' });
  });

  test.each([
    ['SlowDown', 503],
    ['ConditionalRequestConflict', 409],
  ])('S3 answers %s with %d and stores nothing', async (code, status) => {
    inject({ fault: 'error', on: 's3:PutObject', code });
    const put = clients.s3.send(new PutObjectCommand({ Bucket, Key: code, Body: BYTES }));
    await expect(put).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: status } });
    const head = clients.s3.send(new HeadObjectCommand({ Bucket, Key: code }));
    await expect(head).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('SNS and SQS can be throttled too', async () => {
    inject(
      { fault: 'error', on: 'sns:*', code: 'Throttled' },
      { fault: 'error', on: 'sqs:*', code: 'RequestThrottled' },
    );
    await expect(clients.sns.send(new ListTopicsCommand())).rejects.toMatchObject({ name: 'ThrottledException' });
    await expect(clients.sqs.send(new ListQueuesCommand())).rejects.toMatchObject({ name: 'RequestThrottled' });
  });

  test('a success can end as an error: status 200, white space, the error document', async () => {
    const at = { Bucket, Key: 'parts' };
    const { UploadId } = await clients.s3.send(new CreateMultipartUploadCommand(at));
    const { ETag } = await clients.s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'all' }));
    const complete = new CompleteMultipartUploadCommand({
      ...at,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    inject({ fault: 'error-in-success', on: 's3:CompleteMultipartUpload', code: 'InternalError', times: 1 });
    await expect(clients.s3.send(complete)).rejects.toMatchObject({ name: 'InternalError' });
    expect(clients.calls.at(-1)).toMatchObject({ status: 200, detail: { fault: 'error-in-success' } });
    expect(await clients.s3.send(complete)).toMatchObject({ Key: 'parts' });
  });
});

describe('a connection', () => {
  test('is reset without an answer, before anything happens', async () => {
    inject({ fault: 'reset', on: 'glacier:UploadArchive' });
    const upload = clients.glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('x') }));
    await expect(upload).rejects.toThrow('ECONNRESET');
    expect(await countUploads()).toBe(1);
  });

  test('is reset while a body comes in', async () => {
    inject({ fault: 'reset', on: 's3:PutObject', afterBytes: MIB });
    const put = clients.s3.send(new PutObjectCommand({ Bucket, Key: 'reset', Body: BYTES }));
    await expect(put).rejects.toThrow(/ECONNRESET|EPIPE/);
    const head = clients.s3.send(new HeadObjectCommand({ Bucket, Key: 'reset' }));
    await expect(head).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('is reset while a body goes out', async () => {
    inject({ fault: 'reset', on: 'glacier:GetJobOutput', afterBytes: 2 * MIB });
    const { bytes, error } = await readOutput();
    expect(error).toBe('ECONNRESET');
    expect(bytes.length).toBeLessThanOrEqual(2 * MIB);
    expect(bytes.equals(BYTES.subarray(0, bytes.length))).toBe(true);
  });

  test('is reset after the effect happened', async () => {
    inject({ fault: 'lose-reply', on: 's3:PutObject' });
    const put = clients.s3.send(new PutObjectCommand({ Bucket, Key: 'lost reply', Body: BYTES }));
    await expect(put).rejects.toThrow('ECONNRESET');
    expect(await clients.s3.send(new HeadObjectCommand({ Bucket, Key: 'lost reply' }))).toMatchObject({
      ContentLength: BYTES.length,
    });
  });

  const countUploads = async (): Promise<number> => {
    const { VaultList = [] } = await clients.glacier.send(new ListVaultsCommand({ accountId: '-' }));
    return VaultList[0]?.NumberOfArchives ?? 0;
  };
});

describe('a body', () => {
  test('is truncated with the Content-Length of the whole', async () => {
    inject({ fault: 'truncate', on: 'glacier:GetJobOutput', afterBytes: 1000, contentLength: 'kept' });
    const { bytes, error } = await readOutput();
    expect(bytes.length).toBe(1000);
    expect(error).toBe('ECONNRESET');
  });

  test('is truncated with an adjusted Content-Length', async () => {
    inject({ fault: 'truncate', on: 'glacier:GetJobOutput', afterBytes: 1000, contentLength: 'adjusted' });
    expect(await readOutput()).toEqual({ bytes: BYTES.subarray(0, 1000), error: null });
  });

  test.each([0, 1_500_000, BYTES.length - 1])('has one bit flipped in byte %d', async (byte) => {
    inject({ fault: 'flip-bit', on: 'glacier:GetJobOutput', byte });
    const { bytes } = await readOutput();
    expect(bytes.length).toBe(BYTES.length);
    const flipped = bytes.findIndex((value, index) => value !== BYTES[index]);
    expect(flipped).toBe(byte);
    expect(bytes.subarray(byte + 1).equals(BYTES.subarray(byte + 1))).toBe(true);
    const bits = (bytes[byte] ?? 0) ^ (BYTES[byte] ?? 0);
    expect(Math.log2(bits) % 1).toBe(0);
  });

  test('has a bit flipped at a position that follows from the seed', async () => {
    const flippedByte = async (seed: number): Promise<number> => {
      clients.sandbox.faults.clear();
      clients.sandbox.faults.add({ seed, rules: [{ fault: 'flip-bit', on: 'glacier:GetJobOutput' }] });
      const { bytes } = await readOutput();
      return bytes.findIndex((value, index) => value !== BYTES[index]);
    };
    const first = await flippedByte(1);
    expect(await flippedByte(1)).toBe(first);
    expect(await flippedByte(2)).not.toBe(first);
  });

  test('with a flipped bit is rejected by an SDK that checks it', async () => {
    inject({ fault: 'flip-bit', on: 's3:GetObject' });
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    await expect(Body?.transformToByteArray()).rejects.toThrow('Checksum mismatch');
  });

  test('is slow but complete', async () => {
    inject({ fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: 30_000_000 });
    const { bytes, error } = await readOutput();
    expect(error).toBeNull();
    expect(bytes.equals(BYTES)).toBe(true);
  });

  test('is complete although a range was requested', async () => {
    inject({ fault: 'ignore-range', on: 'glacier:GetJobOutput' });
    const { status, contentRange } = await getOutput('bytes=0-1048575');
    expect({ status, contentRange }).toEqual({ status: 200, contentRange: undefined });
  });
});

describe('a header', () => {
  test.each([
    ['x-amz-sha256-tree-hash', null, { checksum: undefined }],
    ['X-Amz-SHA256-Tree-Hash', '00'.repeat(32), { checksum: '00'.repeat(32) }],
    ['Content-Range', 'bytes 5-9/10', { contentRange: 'bytes 5-9/10' }],
  ])('%s is %s', async (header, value, expected) => {
    inject({ fault: 'header', on: 'glacier:GetJobOutput', header, value });
    const { checksum, contentRange } = await getOutput('bytes=0-1048575');
    expect({ checksum, contentRange }).toMatchObject(expected);
  });
});

describe('a fault that changes state', () => {
  test('expires a job between two reads', async () => {
    const other = await retrieve(clients, await store(clients, BYTES));
    const read = () => clients.glacier.send(new GetJobOutputCommand({ ...vault, jobId: other, range: 'bytes=0-9' }));
    inject({ fault: 'expire-job', on: 'glacier:GetJobOutput', where: { job: other }, at: [2] });
    expect(await read()).toMatchObject({ status: 206 });
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const describe = clients.glacier.send(new DescribeJobCommand({ ...vault, jobId: other }));
    await expect(describe).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('aborts an upload in progress', async () => {
    const at = { Bucket, Key: 'vanishing' };
    const { UploadId } = await clients.s3.send(new CreateMultipartUploadCommand(at));
    const part = (PartNumber: number) =>
      clients.s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body: 'part' }));
    inject({ fault: 'abort-upload', on: 's3:UploadPart', where: { partNumber: 2 } });
    await part(1);
    await expect(part(2)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    const { Uploads = [] } = await clients.s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads.map(({ Key }) => Key)).not.toContain('vanishing');
  });
});

test('injected faults are counted and recorded in the call log', async () => {
  inject({
    fault: 'error',
    on: ['glacier:InitiateJob', 'glacier:GetJobOutput'],
    code: 'ThrottlingException',
    at: [2, 3],
  });
  await getOutput('bytes=0-0');
  const jobParameters = { Type: 'inventory-retrieval' };
  const throttled = { name: 'ThrottlingException' };
  await expect(clients.glacier.send(new InitiateJobCommand({ ...vault, jobParameters }))).rejects.toMatchObject(
    throttled,
  );
  await expect(getOutput('bytes=0-0')).rejects.toMatchObject(throttled);
  await getOutput('bytes=0-0');
  expect(clients.sandbox.faults.report()).toMatchObject([{ rule: { fault: 'error' }, matched: 4, injected: 2 }]);
  expect(injected()).toBe(2);
  expect(clients.calls.filter(({ detail }) => detail['fault'] === 'error').slice(-2)).toMatchObject([
    { operation: 'InitiateJob', status: 400 },
    { operation: 'GetJobOutput', status: 400 },
  ]);
});
