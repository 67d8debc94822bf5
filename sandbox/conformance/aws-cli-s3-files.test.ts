import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliSandbox, describeWithAwsCli, startCliSandbox } from './support/aws-cli';

const MIB = 1024 * 1024;

let sandbox: CliSandbox;

const s3 = (command: string, ...args: string[]): Promise<string> => sandbox.aws(`s3 ${command}`, ...args);

/** Writes a file of yesterday: S3 keeps whole seconds, so one of this second would be newer than its own copy. */
async function writeOld(path: string, bytes: string | Buffer): Promise<void> {
  await writeFile(path, bytes);
  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
  await utimes(path, yesterday, yesterday);
}

async function folderOf(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = join(sandbox.folder, name);
  await mkdir(join(folder, 'sub'), { recursive: true });
  await Promise.all(Object.entries(files).map(([file, bytes]) => writeOld(join(folder, file), bytes)));
  return folder;
}

describeWithAwsCli('Files in S3 by the AWS CLI', () => {
  beforeAll(async () => {
    sandbox = await startCliSandbox();
  });
  afterAll(() => sandbox.close());

  test('keeps a folder and a bucket alike, both ways', async () => {
    const folder = await folderOf('here', { one: '1', two: '22', 'sub/three': '333' });
    const there = join(sandbox.folder, 'there');
    await s3('mb s3://mirror');
    await s3('sync --quiet', folder, 's3://mirror/dir');
    await writeOld(join(folder, 'one'), 'changed');
    await rm(join(folder, 'two'));
    const changes = await s3('sync --delete --no-progress', folder, 's3://mirror/dir');
    expect(changes.match(/^(upload|delete): \S+/gm)).toHaveLength(2);
    const [again, listing] = await Promise.all([
      s3('sync --delete', folder, 's3://mirror/dir'),
      s3('ls --recursive --summarize s3://mirror'),
      s3('sync --quiet s3://mirror/dir', there),
    ]);
    expect(again).toBe('');
    expect(listing).toMatch(/Total Objects: 2\s+Total Size: 10\s/);
    expect(await readFile(join(there, 'one'), 'utf8')).toBe('changed');
    expect(await readFile(join(there, 'sub/three'), 'utf8')).toBe('333');
    await s3('rb --force s3://mirror');
  });

  test('moves files up and down, but not within S3', async () => {
    const folder = await folderOf('moved', { up: 'bytes' });
    await s3('mb s3://moves');
    await s3('mv --quiet', join(folder, 'up'), 's3://moves/up');
    await expect(access(join(folder, 'up'))).rejects.toThrow('ENOENT');
    await expect(s3('mv s3://moves/up s3://moves/elsewhere')).rejects.toThrow('(NotImplemented)');
    await s3('mv --quiet s3://moves/up', join(folder, 'down'));
    expect(await readFile(join(folder, 'down'), 'utf8')).toBe('bytes');
    expect(await s3('ls s3://moves --summarize')).toContain('Total Objects: 0');
  });

  test('checks a large file by its default checksum, there and back', async () => {
    const large = randomBytes(20 * MIB + 3);
    const file = await sandbox.save('large', large);
    const copy = join(sandbox.folder, 'large-copy');
    await s3('mb s3://large');
    await s3('cp --quiet', file, 's3://large/film');
    const at = '--bucket large --key film';
    const [head] = await Promise.all([
      sandbox.json(`s3api head-object --checksum-mode ENABLED ${at}`),
      s3('cp --quiet s3://large/film', copy),
    ]);
    // Which one it is differs from version to version of the CLI.
    const ChecksumType = expect.stringMatching(/^(COMPOSITE|FULL_OBJECT)$/) as unknown;
    const ETag = expect.stringMatching(/-3"$/) as unknown;
    expect(head).toMatchObject({ ContentLength: large.length, ChecksumType, ETag });
    expect((await readFile(copy)).equals(large)).toBe(true);
    await s3('rm --quiet s3://large/film');
  });
});
