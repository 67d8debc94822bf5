import { createHash, createHmac } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Sandbox, startSandbox } from '..';
import { sign, signingKey } from '../access/signing-key';
import { rawRequest, temporaryFolder } from './testing/serve';

const REGION = 'us-east-1';
const credentials = { accessKeyId: 'AKIAPLANNER', secretAccessKey: 'secret' };
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let sandbox: Sandbox;
let client: S3Client;

beforeAll(async () => {
  folder = temporaryFolder();
  const credentialsFile = path.join(folder, 'credentials.yaml');
  writeFileSync(credentialsFile, JSON.stringify({ keys: [credentials] }));
  mkdirSync(path.join(folder, 'data'));
  sandbox = await startSandbox({ dataDir: path.join(folder, 'data'), credentialsFile });
  client = new S3Client({ endpoint: sandbox.endpoint, region: REGION, forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: 'photos' }));
});
afterAll(async () => {
  client.destroy();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** Puts `sent` in a signed chunk whose signature is that of `signed`. Returns the status and the error's code. */
async function putInSignedChunks(signed: Buffer, sent: Buffer): Promise<string> {
  const { host, hostname, port } = new URL(sandbox.endpoint);
  const signer = new SignatureV4({ service: 's3', region: REGION, credentials, sha256: Sha256, uriEscapePath: false });
  const { headers } = await signer.sign({
    method: 'PUT',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: '/photos/k',
    query: {},
    headers: {
      host,
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': String(sent.length),
    },
  });
  const timestamp = headers['x-amz-date'] ?? '';
  const date = timestamp.slice(0, 8);
  const key = signingKey(credentials.secretAccessKey, date, REGION, 's3');
  let previous = /Signature=([0-9a-f]+)/.exec(headers['authorization'] ?? '')?.[1] ?? '';
  const next = (bytes: Buffer): string => {
    const scope = `${date}/${REGION}/s3/aws4_request`;
    const text = ['AWS4-HMAC-SHA256-PAYLOAD', timestamp, scope, previous, sha256(''), sha256(bytes)].join('\n');
    previous = sign(key, text);
    return previous;
  };
  const body = Buffer.concat([
    Buffer.from(`${sent.length.toString(16)};chunk-signature=${next(signed)}\r\n`),
    sent,
    Buffer.from(`\r\n0;chunk-signature=${next(Buffer.alloc(0))}\r\n\r\n`),
  ]);
  const { status, text } = await rawRequest(sandbox.endpoint, 'PUT', '/photos/k', headers, body);
  return `${status} ${/<Code>(.*)<\/Code>/.exec(text)?.[1] ?? 'OK'}`;
}

/** Node's SHA-256 and HMAC, as the signer takes them. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | Buffer);
  }
  update(bytes: Uint8Array | string): void {
    this.hash.update(bytes);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {}
}

test('chunks are stored where each signature is that of its bytes', async () => {
  await expect(putInSignedChunks(Buffer.from('body'), Buffer.from('body'))).resolves.toBe('200 OK');
});

test('chunks whose bytes are others than those signed are refused', async () => {
  const refused = putInSignedChunks(Buffer.from('body'), Buffer.from('bodY'));
  await expect(refused).resolves.toBe('403 SignatureDoesNotMatch');
});

test('a stream of the SDK, whose chunks carry no signatures, is stored', async () => {
  const Body = Readable.from([Buffer.alloc(20_000), Buffer.alloc(20_000)]);
  const reply = await client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'k', Body, ContentLength: 40_000 }));
  expect(reply.ChecksumCRC32).toBeDefined();
});
