import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type CliSandbox, describeWithAwsCli, startCliSandbox } from './support/aws-cli';
import { REGION } from './support/region';

const MIB = 1024 * 1024;

let sandbox: CliSandbox;

const s3 = (command: string, ...args: string[]): Promise<string> => sandbox.aws(`s3 ${command}`, ...args);

/** Runs `aws s3api ...` and reads its JSON. */
const s3api = (command: string, ...args: string[]): Promise<Record<string, unknown>> =>
  sandbox.json(`s3api ${command}`, ...args);

function base64Crc32(bytes: Buffer): string {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(bytes));
  return digest.toString('base64');
}

describeWithAwsCli('S3 by the AWS CLI', () => {
  beforeAll(async () => {
    sandbox = await startCliSandbox();
  });
  afterAll(() => sandbox.close());

  test('makes a bucket, copies files up and down, lists and removes them', async () => {
    const [originals, copies] = [join(sandbox.folder, 'originals'), join(sandbox.folder, 'copies')];
    const small = Buffer.from('a few bytes');
    const large = randomBytes(17 * MIB + 5);
    await mkdir(originals);
    await writeFile(join(originals, 'ä + b&c.txt'), small);
    await writeFile(join(originals, 'large'), large);

    await s3('mb s3://films');
    const settings = ['--storage-class', 'STANDARD_IA', '--metadata', 'a=b'];
    const [location] = await Promise.all([
      s3api('get-bucket-location --bucket films'),
      s3('cp --recursive --quiet', originals, 's3://films/dir', ...settings),
    ]);
    expect(location).toEqual({ LocationConstraint: REGION });
    const [buckets, head, listing] = await Promise.all([
      s3api('list-buckets'),
      s3api('head-object --bucket films --key dir/large'),
      s3('ls s3://films/dir/'),
      s3('cp --recursive --quiet s3://films/dir', copies),
    ]);
    expect(buckets).toMatchObject({ Buckets: [{ Name: 'films' }] });
    // The CLI cuts into parts of 8 MiB.
    const ETag = expect.stringMatching(/^"[0-9a-f]{32}-3"$/) as unknown;
    expect(head).toMatchObject({
      ContentLength: large.length,
      StorageClass: 'STANDARD_IA',
      Metadata: { a: 'b' },
      ETag,
    });
    expect(listing).toContain('ä + b&c.txt');
    expect((await readFile(join(copies, 'ä + b&c.txt'))).equals(small)).toBe(true);
    expect((await readFile(join(copies, 'large'))).equals(large)).toBe(true);

    await s3('rm s3://films/ --recursive --quiet');
    await s3('rb s3://films');
    await expect(s3api('head-bucket --bucket films')).rejects.toThrow('(404)');
  });

  test('stores objects with verified checksums', async () => {
    const bucket = ['--bucket', 'checksums'];
    const body = ['--body', await sandbox.save('body', Buffer.from('123456789'))];
    await s3('mb s3://checksums');
    const [withCrc32, withSha256] = await Promise.all([
      s3api('put-object --checksum-algorithm CRC32', ...bucket, '--key', 'a b/1', ...body),
      s3api('put-object --checksum-algorithm SHA256', ...bucket, '--key', 'a b/2', ...body),
      s3api('put-object', ...bucket, '--key', 'ü+%'),
    ]);
    expect(withCrc32).toMatchObject({ ChecksumCRC32: 'y/Q5Jg==', ChecksumType: 'FULL_OBJECT' });
    const ChecksumSHA256 = 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=';
    expect(withSha256).toMatchObject({ ChecksumSHA256, ChecksumType: 'FULL_OBJECT' });

    const at = [...bucket, '--key', 'a b/2'];
    const [head] = await Promise.all([
      s3api('head-object --checksum-mode ENABLED', ...at),
      expect(s3api('put-object --key wrong --checksum-crc32 AAAAAA==', ...bucket, ...body)).rejects.toThrow(
        '(BadDigest)',
      ),
      expect(s3api('put-object --if-none-match *', ...at, ...body)).rejects.toThrow('(PreconditionFailed)'),
      expect(s3api('get-object-torrent', ...at, join(sandbox.folder, 'torrent'))).rejects.toThrow('(NotImplemented)'),
    ]);
    expect(head).toMatchObject({ ChecksumSHA256, ContentLength: 9 });

    const [paged, grouped] = await Promise.all([
      s3api('list-objects-v2 --page-size 1', ...bucket),
      s3api('list-objects-v2 --delimiter / --prefix a', ...bucket),
    ]);
    expect((paged['Contents'] as { Key: string }[]).map(({ Key }) => Key)).toEqual(['a b/1', 'a b/2', 'ü+%']);
    expect(grouped).toMatchObject({ CommonPrefixes: [{ Prefix: 'a b/' }] });
    await s3api('delete-object', ...at);
    await expect(s3api('head-object', ...at)).rejects.toThrow('(404)');
  });

  test('puts an object together from parts', async () => {
    const at = ['--bucket', 'parts', '--key', 'film'];
    const bodies = [randomBytes(5 * MIB), randomBytes(1000)];
    const whole = Buffer.concat(bodies);
    const fullCrc32 = '--checksum-algorithm CRC32 --checksum-type FULL_OBJECT';
    await s3('mb s3://parts');
    const [{ UploadId }, given] = await Promise.all([
      s3api(`create-multipart-upload ${fullCrc32} --storage-class DEEP_ARCHIVE`, ...at),
      s3api('create-multipart-upload', ...at),
    ]);
    // An upload id may begin with a dash.
    const upload = [...at, `--upload-id=${String(UploadId)}`];
    const uploaded = bodies.map(async (bytes, index) => {
      const body = await sandbox.save(`part-${index}`, bytes);
      const command = `upload-part --checksum-algorithm CRC32 --part-number ${index + 1}`;
      const { ETag, ChecksumCRC32 } = await s3api(command, ...upload, '--body', body);
      expect(ChecksumCRC32).toBe(base64Crc32(bytes));
      return { PartNumber: index + 1, ETag, ChecksumCRC32 };
    });
    const [Parts] = await Promise.all([
      Promise.all(uploaded),
      s3api('abort-multipart-upload', ...at, `--upload-id=${String(given['UploadId'])}`),
    ]);
    const [parts, uploads] = await Promise.all([
      s3api('list-parts', ...upload),
      s3api('list-multipart-uploads --bucket parts'),
    ]);
    expect(parts).toMatchObject({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT', Parts });
    expect(uploads['Uploads']).toMatchObject([{ Key: 'film', UploadId }]);

    const complete = [...upload, '--multipart-upload', JSON.stringify({ Parts })];
    const ChecksumCRC32 = base64Crc32(whole);
    await expect(s3api('complete-multipart-upload --checksum-crc32 AAAAAA==', ...complete)).rejects.toThrow(
      '(BadDigest)',
    );
    const stated = ['--checksum-crc32', ChecksumCRC32, '--mpu-object-size', String(whole.length)];
    const finish = 'complete-multipart-upload --checksum-type FULL_OBJECT --if-none-match *';
    expect(await s3api(finish, ...complete, ...stated)).toMatchObject({ ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });

    const copy = join(sandbox.folder, 'film');
    await Promise.all([
      expect(s3api('get-object', ...at, copy)).rejects.toThrow('(InvalidObjectState)'),
      expect(s3api('complete-multipart-upload', ...complete)).rejects.toThrow('(NoSuchUpload)'),
    ]);
    await s3api('restore-object --restore-request Days=1,GlacierJobParameters={Tier=Bulk}', ...at);
    await s3api('get-object', ...at, copy);
    expect((await readFile(copy)).equals(whole)).toBe(true);
  });
});
