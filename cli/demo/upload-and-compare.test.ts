import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateVaultCommand, GlacierClient } from '@aws-sdk/client-glacier';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startSandbox, type Sandbox } from 'glacier-sandbox';
import { compareAll } from './compare';
import { generatedFile } from './generated-files';
import type { SourceFile } from './folder-files';
import { uploadFiles } from './upload';

const MIB = 1024 * 1024;
const signal = new AbortController().signal;

let dataDir: string;
let sandbox: Sandbox;
let glacier: GlacierClient;
let s3: S3Client;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'demo-test-'));
  sandbox = await startSandbox({ dataDir });
  const options = {
    endpoint: sandbox.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  glacier = new GlacierClient(options);
  s3 = new S3Client({ ...options, forcePathStyle: true });
  await glacier.send(new CreateVaultCommand({ accountId: '-', vaultName: 'v' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
});

afterAll(async () => {
  glacier.destroy();
  s3.destroy();
  await sandbox.close();
  rmSync(dataDir, { recursive: true });
});

test('Glacier takes what it can take, in one go or in parts, and the rest is named', async () => {
  const files = [
    generatedFile('one', 1),
    generatedFile('in parts', 70 * MIB + 3),
    generatedFile('empty', 0),
    generatedFile('ü'.repeat(400), 5),
  ];
  const { uploaded, leftOut } = await uploadFiles(glacier, 'v', files, signal);
  expect(uploaded.map(({ file }) => file.name)).toEqual(['one', 'in parts']);
  expect(new Set(uploaded.map(({ archiveId }) => archiveId)).size).toBe(2);
  expect(leftOut.map(({ why }) => why)).toEqual([
    'Glacier takes no empty archives',
    'its name is too long for an archive description',
  ]);
});

test('the comparison finds what is missing, shorter, changed, renamed or too much', async () => {
  const put = async (key: string, source: SourceFile): Promise<void> => {
    const Body = Buffer.concat((await source.open().toArray()) as Buffer[]);
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body }));
  };
  const names = ['same', 'renamed', 'shorter', 'changed', 'missing'] as const;
  const uploaded = names.map((name) => ({ file: generatedFile(name, 1000), archiveId: `id-${name}` }));
  await put('same', generatedFile('same', 1000));
  await put('other-name', generatedFile('renamed', 1000));
  await put('shorter', generatedFile('shorter', 999));
  await put('changed', generatedFile('something else', 1000));
  await put('stranger', generatedFile('stranger', 1));
  await put('.glacier-transfer/demo/summary.json', generatedFile('summary', 1));

  const keys = new Map([
    ['id-same', 'same'],
    ['id-renamed', 'other-name'],
    ['id-shorter', 'shorter'],
    ['id-changed', 'changed'],
  ]);
  expect(await compareAll(s3, { bucket: 'bucket', bucketOwner: '111122223333' }, uploaded, keys, signal)).toEqual({
    equal: 2,
    namesKept: 3,
    different: ['shorter: 999 bytes instead of 1000', 'changed: other bytes', 'missing: no object'],
    strangers: ['stranger'],
  });
});
