import { Readable } from 'node:stream';
import {
  DescribeVaultCommand,
  GlacierClient,
  InitiateJobCommand,
  ListVaultsCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import {
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AccessKey } from './credentials';
import { rootOf } from './principal';
import { type SignedRequest, verifySignature } from './signature';
import { type Recorder, startRecorder } from './testing/recorder';

const KEY: AccessKey = {
  accessKeyId: 'AKIAPLANNER',
  secretAccessKey: 'sec/ret+1',
  sessionToken: null,
  expiresAtMs: null,
  principal: rootOf('111122223333'),
};
const REGION = 'us-east-1';

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(async () => recorder.close());

const settings = (sessionToken?: string) => ({
  endpoint: recorder.endpoint,
  region: REGION,
  credentials: {
    accessKeyId: KEY.accessKeyId,
    secretAccessKey: KEY.secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  },
  maxAttempts: 1,
});
const s3 = () => new S3Client({ ...settings(), forcePathStyle: true });
const verdict = (request: SignedRequest, key = KEY) =>
  verifySignature(request, new Map([[key.accessKeyId, key]]), Date.now());

const Bucket = 'photos';
const KEYS = [
  'plain.tar',
  'a b+c&d=e?f#g.tar',
  '../up/./../x',
  '//double//slash/',
  'Größe/日本語/🗄️.tar',
  "~!*'()[]{}@:;,$%25%2F.tar",
];

const recordings: readonly (readonly [string, boolean, () => Promise<unknown>])[] = [
  ...KEYS.map((Key) => [`GetObject ${Key}`, false, () => s3().send(new GetObjectCommand({ Bucket, Key }))] as const),
  [
    'PutObject of a buffer',
    false,
    () =>
      s3().send(
        new PutObjectCommand({ Bucket, Key: 'k', Body: 'abc', Metadata: { note: '  two  spaces ', other: 'x' } }),
      ),
  ],
  [
    'PutObject of a stream, with a trailer',
    false,
    () => s3().send(new PutObjectCommand({ Bucket, Key: 'k', Body: Readable.from(['abc', 'def']), ContentLength: 6 })),
  ],
  [
    'CreateMultipartUpload, an empty query value',
    false,
    () => s3().send(new CreateMultipartUploadCommand({ Bucket, Key: 'k', Tagging: 'a=b&c=d e' })),
  ],
  [
    'ListObjectsV2 with odd parameters',
    false,
    () =>
      s3().send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: 'a b/ü+&=',
          Delimiter: '/',
          StartAfter: '',
          ContinuationToken: 'a=',
        }),
      ),
  ],
  [
    'DeleteObjects, with a body',
    false,
    () => s3().send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } })),
  ],
  ['ListVaults', true, () => new GlacierClient(settings()).send(new ListVaultsCommand({ accountId: '-' }))],
  [
    'DescribeVault, a name that is encoded twice',
    true,
    () => new GlacierClient(settings()).send(new DescribeVaultCommand({ accountId: '-', vaultName: 'my vault+ü' })),
  ],
  [
    'InitiateJob',
    true,
    () =>
      new GlacierClient(settings()).send(
        new InitiateJobCommand({ accountId: '-', vaultName: 'v', jobParameters: { Type: 'inventory-retrieval' } }),
      ),
  ],
  [
    'UploadArchive, whose body is not read yet',
    false,
    () =>
      new GlacierClient(settings()).send(
        new UploadArchiveCommand({ accountId: '-', vaultName: 'v', body: Buffer.from('abc') }),
      ),
  ],
  [
    'Publish',
    true,
    () => new SNSClient(settings()).send(new PublishCommand({ TopicArn: 't', Message: 'Größe & + %' })),
  ],
  [
    'SendMessage',
    true,
    () => new SQSClient(settings()).send(new SendMessageCommand({ QueueUrl: 'q', MessageBody: 'ü' })),
  ],
];

const flip = (text: string, at: number): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
const positions = (text: string): readonly number[] => Array.from({ length: text.length }, (_, index) => index);

describe.each(recordings)('%s', (_, readsBody, call) => {
  let request: SignedRequest;
  beforeAll(async () => {
    request = await recorder.record(call, readsBody);
  });

  it('is valid as the SDK signs it', () => {
    expect(verdict(request)).toMatchObject({ kind: 'valid', key: KEY });
  });

  it('is not valid with another secret', () => {
    expect(verdict(request, { ...KEY, secretAccessKey: 'other' }).kind).toBe('bad-signature');
  });

  it('is not valid with one character of the target flipped', () => {
    // `.` for the path `/` alone would be normalised away, and no client can send it.
    for (const at of positions(request.target).slice(1)) {
      expect([at, verdict({ ...request, target: flip(request.target, at) }).kind]).toEqual([at, 'bad-signature']);
    }
  });

  it('is not valid with one character of a signed header flipped', () => {
    const authorization = request.rawHeaders[request.rawHeaders.indexOf('authorization') + 1] ?? '';
    const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
    for (const [index, value] of request.rawHeaders.entries()) {
      const name = (request.rawHeaders[index - 1] ?? '').toLowerCase();
      if (index % 2 === 0 || !signed.includes(name) || name === 'x-amz-date') continue;
      for (const at of positions(value)) {
        const rawHeaders = request.rawHeaders.with(index, flip(value, at));
        expect([name, at, verdict({ ...request, rawHeaders }).kind]).toEqual([name, at, 'bad-signature']);
      }
    }
  });

  it('is not valid with another signature or method', () => {
    const rawHeaders = request.rawHeaders.map((value) =>
      value.startsWith('AWS4-HMAC-SHA256') ? value.slice(0, -1) + (value.endsWith('0') ? '1' : '0') : value,
    );
    expect(verdict({ ...request, rawHeaders }).kind).toBe('bad-signature');
    expect(verdict({ ...request, method: 'PATCH' }).kind).toBe('bad-signature');
  });
});

it.each(recordings.filter(([, readsBody]) => readsBody))('%s is not valid with another body', async (_, __, call) => {
  const request = await recorder.record(call, true);
  expect(verdict({ ...request, bodySha256: '0'.repeat(64) }).kind).toBe('bad-signature');
});

it('temporary credentials require their own session token', async () => {
  const call = () => new GlacierClient(settings('tok')).send(new ListVaultsCommand({ accountId: '-' }));
  const request = await recorder.record(call, true);
  expect(verdict(request, { ...KEY, sessionToken: 'tok' }).kind).toBe('valid');
  expect(verdict(request, { ...KEY, sessionToken: 'other' }).kind).toBe('invalid-token');
  expect(verdict(request).kind).toBe('invalid-token');
});
