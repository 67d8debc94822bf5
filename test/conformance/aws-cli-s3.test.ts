import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { type Sandbox, startSandbox } from '../../src/sandbox';

const run = promisify(execFile);
const INSTALL_LIMIT_MS = 300_000;
const COMMANDS_LIMIT_MS = 120_000;
const MIB = 1024 * 1024;

type Command = readonly [file: string, ...firstArguments: string[]];

const works = ([file, ...first]: Command): Promise<boolean> =>
  run(file, [...first, '--version']).then(
    () => true,
    () => false,
  );

/** The AWS CLI of this machine, else one from PyPI in a folder that later runs find again, else null. */
async function findAwsCli(): Promise<Command | null> {
  if (await works(['aws'])) return ['aws'];
  const venv = join(tmpdir(), 'glacier-transfer-awscli-venv');
  const installed: Command = [join(venv, 'bin', 'python3'), '-m', 'awscli'];
  if (existsSync(venv) && (await works(installed))) return installed;
  const unfinished = await mkdtemp(`${venv}-`);
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    await run(join(unfinished, 'bin', 'python3'), ['-m', 'pip', 'install', '--quiet', 'awscli']);
    await rename(unfinished, venv);
    return installed;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    process.stderr.write(`AWS CLI conformance of S3 skipped: no aws, and none from PyPI (${String(error)})\n`);
    return null;
  }
}

let cli: Command | null;
let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  cli = await findAwsCli();
  folder = await mkdtemp(join(tmpdir(), 'aws-cli-s3-'));
  sandbox = await startSandbox({ dataDir: join(folder, 'sandbox'), region: 'eu-west-1' });
}, INSTALL_LIMIT_MS);

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

async function aws(...args: string[]): Promise<string> {
  const [file, ...first] = cli ?? ['aws'];
  const { stdout } = await run(file, [...first, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_DEFAULT_OUTPUT: 'json',
    },
  });
  return stdout;
}

/** Runs `aws s3api ...` and reads its JSON. */
async function s3api(operation: string, ...args: string[]): Promise<Record<string, unknown>> {
  const stdout = await aws('s3api', operation, ...args);
  return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
}

/** What the CLI prints when the sandbox refuses. */
const complaint = (command: Promise<unknown>): Promise<string> =>
  command.then(
    () => 'accepted',
    (error: unknown) => String(error),
  );

async function savedFile(name: string, bytes: Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function base64Crc32(bytes: Buffer): string {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(bytes));
  return digest.toString('base64');
}

it(
  'makes a bucket, copies files up and down, lists and removes them by aws s3',
  async () => {
    if (cli === null) return;
    await aws('s3', 'mb', 's3://films');
    await expect(s3api('get-bucket-location', '--bucket', 'films')).resolves.toEqual({
      LocationConstraint: 'eu-west-1',
    });
    const small = await savedFile('small', Buffer.from('a few bytes'));
    const large = await savedFile('large', randomBytes(17 * MIB + 5));
    await aws('s3', 'cp', small, 's3://films/dir/ä + b&c.txt', '--quiet', '--metadata', 'a=b');
    await aws('s3', 'cp', large, 's3://films/dir/large', '--quiet', '--storage-class', 'STANDARD_IA');
    for (const [key, original] of [
      ['dir/ä + b&c.txt', small],
      ['dir/large', large],
    ] as const) {
      const copy = join(folder, 'copy');
      await aws('s3', 'cp', `s3://films/${key}`, copy, '--quiet');
      expect((await readFile(copy)).equals(await readFile(original))).toBe(true);
    }
    const head = await s3api('head-object', '--bucket', 'films', '--key', 'dir/large', '--checksum-mode', 'ENABLED');
    expect(head).toMatchObject({ ContentLength: 17 * MIB + 5, StorageClass: 'STANDARD_IA' });
    // The CLI cuts into parts of 8 MiB.
    expect(head['ETag']).toMatch(/^"[0-9a-f]{32}-3"$/);
    const listing = await aws('s3', 'ls', 's3://films/dir/');
    expect(listing).toContain('ä + b&c.txt');
    await aws('s3', 'rm', 's3://films/', '--recursive', '--quiet');
    await aws('s3', 'rb', 's3://films');
    await expect(s3api('list-buckets')).resolves.toMatchObject({ Buckets: [] });
  },
  COMMANDS_LIMIT_MS,
);

it(
  'stores objects with verified checksums by aws s3api',
  async () => {
    if (cli === null) return;
    const at = ['--bucket', 'checksums', '--key', 'k'];
    await aws('s3', 'mb', 's3://checksums');
    const body = await savedFile('body', Buffer.from('123456789'));
    for (const [algorithm, value] of [
      ['CRC32', 'y/Q5Jg=='],
      ['SHA256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
    ] as const) {
      const field = `Checksum${algorithm}`;
      const put = await s3api('put-object', ...at, '--body', body, '--checksum-algorithm', algorithm);
      expect(put).toMatchObject({ [field]: value, ChecksumType: 'FULL_OBJECT' });
      const head = await s3api('head-object', ...at, '--checksum-mode', 'ENABLED');
      expect(head).toMatchObject({ [field]: value, ContentLength: 9 });
    }
    const wrong = s3api('put-object', ...at, '--body', body, '--checksum-crc32', 'AAAAAA==');
    await expect(complaint(wrong)).resolves.toContain('(BadDigest)');
    const again = s3api('put-object', ...at, '--body', body, '--if-none-match', '*');
    await expect(complaint(again)).resolves.toContain('(PreconditionFailed)');
    await expect(complaint(s3api('get-object-acl', ...at))).resolves.toContain('(NotImplemented)');

    for (const key of ['a b/1', 'a b/2', 'ü+%']) await s3api('put-object', '--bucket', 'checksums', '--key', key);
    const paged = await s3api('list-objects-v2', '--bucket', 'checksums', '--page-size', '1');
    expect((paged['Contents'] as { Key: string }[]).map(({ Key }) => Key)).toEqual(['a b/1', 'a b/2', 'k', 'ü+%']);
    const grouped = await s3api('list-objects-v2', '--bucket', 'checksums', '--delimiter', '/', '--prefix', 'a');
    expect(grouped).toMatchObject({ CommonPrefixes: [{ Prefix: 'a b/' }] });
    await s3api('delete-object', ...at);
    await expect(complaint(s3api('head-object', ...at))).resolves.toContain('(404)');
  },
  COMMANDS_LIMIT_MS,
);

it(
  'puts an object together from parts by hand',
  async () => {
    if (cli === null) return;
    await aws('s3', 'mb', 's3://parts');
    const at = ['--bucket', 'parts', '--key', 'film'];
    const parts = [randomBytes(5 * MIB), randomBytes(1000)];
    const whole = Buffer.concat(parts);
    const full = ['--checksum-algorithm', 'CRC32', '--checksum-type', 'FULL_OBJECT'];
    const { UploadId } = await s3api('create-multipart-upload', ...at, ...full, '--storage-class', 'DEEP_ARCHIVE');
    // An upload id may begin with a dash.
    const upload = [...at, `--upload-id=${String(UploadId)}`];
    const Parts: object[] = [];
    for (const [index, bytes] of parts.entries()) {
      const body = ['--body', await savedFile(`part-${index}`, bytes)];
      const number = String(index + 1);
      const sum = ['--checksum-algorithm', 'CRC32'];
      const part = await s3api('upload-part', ...upload, ...body, ...sum, '--part-number', number);
      expect(part).toMatchObject({ ChecksumCRC32: base64Crc32(bytes) });
      Parts.push({ PartNumber: index + 1, ETag: part['ETag'], ChecksumCRC32: part['ChecksumCRC32'] });
    }
    const list = await s3api('list-parts', ...upload);
    expect(list).toMatchObject({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT', Parts });
    const uploads = await s3api('list-multipart-uploads', '--bucket', 'parts');
    expect(uploads).toMatchObject({ Uploads: [{ Key: 'film', UploadId }] });

    const complete = ['complete-multipart-upload', ...upload, '--multipart-upload', JSON.stringify({ Parts })] as const;
    const wrong = s3api(...complete, '--checksum-crc32', 'AAAAAA==');
    await expect(complaint(wrong)).resolves.toContain('(BadDigest)');
    const stated = ['--checksum-crc32', base64Crc32(whole), '--checksum-type', 'FULL_OBJECT'];
    const size = ['--mpu-object-size', String(whole.length), '--if-none-match', '*'];
    const done = await s3api(...complete, ...stated, ...size);
    expect(done).toMatchObject({ ChecksumCRC32: base64Crc32(whole), ChecksumType: 'FULL_OBJECT' });
    await expect(complaint(s3api(...complete))).resolves.toContain('(NoSuchUpload)');

    const copy = join(folder, 'film');
    await expect(complaint(s3api('get-object', ...at, copy))).resolves.toContain('(InvalidObjectState)');
    await s3api('restore-object', ...at, '--restore-request', 'Days=1,GlacierJobParameters={Tier=Bulk}');
    await s3api('get-object', ...at, copy);
    expect((await readFile(copy)).equals(whole)).toBe(true);
    const { ObjectParts } = await s3api('get-object-attributes', ...at, '--object-attributes', 'ObjectParts');
    expect(ObjectParts).toMatchObject({ TotalPartsCount: 2 });

    const aborted = await s3api('create-multipart-upload', ...at);
    await s3api('abort-multipart-upload', ...at, `--upload-id=${String(aborted['UploadId'])}`);
    await expect(s3api('list-multipart-uploads', '--bucket', 'parts')).resolves.not.toHaveProperty('Uploads');
  },
  COMMANDS_LIMIT_MS,
);
