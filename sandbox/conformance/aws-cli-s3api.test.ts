import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliSandbox, describeWithAwsCli, startCliSandbox } from './support/aws-cli';

let sandbox: CliSandbox;

/** Runs `aws s3api ...` and reads its JSON. */
const s3api = (command: string, ...args: string[]): Promise<Record<string, unknown>> =>
  sandbox.json(`s3api ${command}`, ...args);

describeWithAwsCli('Single S3 operations by the AWS CLI', () => {
  beforeAll(async () => {
    sandbox = await startCliSandbox();
  });
  afterAll(() => sandbox.close());

  test('tags, describes, reads and removes objects', async () => {
    const body = await sandbox.save('body', Buffer.from('0123456789'));
    const at = ['--bucket', 'single', '--key', 'one'];
    await sandbox.aws('s3 mb s3://single');
    const described = ['--content-type', 'text/plain', '--metadata', 'a=b', '--tagging', 'colour=blue'];
    await s3api('put-object --checksum-algorithm SHA256', ...at, '--body', body, ...described);
    const copy = join(sandbox.folder, 'copy');
    const [tags, head, part] = await Promise.all([
      s3api('get-object-tagging', ...at),
      s3api('head-object --checksum-mode ENABLED', ...at),
      s3api('get-object --range bytes=-2', ...at, copy),
    ]);
    expect(tags).toEqual({ TagSet: [{ Key: 'colour', Value: 'blue' }] });
    expect(head).toMatchObject({ ContentType: 'text/plain', Metadata: { a: 'b' }, ServerSideEncryption: 'AES256' });
    expect(head).toMatchObject({
      ETag: '"781e5e245d69b566979b86e28d23f2c7"',
      ChecksumType: 'FULL_OBJECT',
      ContentLength: 10,
    });
    expect(part).toMatchObject({ ContentRange: 'bytes 8-9/10', ContentLength: 2 });
    expect(await readFile(copy, 'utf8')).toBe('89');

    await s3api('put-object-tagging', ...at, '--tagging', 'TagSet=[{Key=size,Value=small}]');
    expect(await s3api('get-object-tagging', ...at)).toEqual({ TagSet: [{ Key: 'size', Value: 'small' }] });
    await s3api('delete-object-tagging', ...at);
    expect(await s3api('get-object-tagging', ...at)).toEqual({ TagSet: [] });
    const removed = await s3api('delete-objects --bucket single', '--delete', 'Objects=[{Key=one},{Key=none}]');
    expect(removed).toEqual({ Deleted: [{ Key: 'one' }, { Key: 'none' }] });
    await expect(s3api('get-object', ...at, copy)).rejects.toThrow('(NoSuchKey)');
  });

  test('keeps versions, and brings back what was removed', async () => {
    const at = ['--bucket', 'versions', '--key', 'one'];
    await sandbox.aws('s3 mb s3://versions');
    await s3api('put-bucket-versioning --bucket versions --versioning-configuration Status=Enabled');
    const [old, young] = await Promise.all([
      sandbox.save('old', Buffer.from('old')),
      sandbox.save('young', Buffer.from('young')),
    ]);
    const { VersionId } = await s3api('put-object', ...at, '--body', old);
    await s3api('put-object', ...at, '--body', young);
    const marker = await s3api('delete-object', ...at);
    expect(marker).toMatchObject({ DeleteMarker: true });
    const copy = join(sandbox.folder, 'old-copy');
    const [listed] = await Promise.all([
      s3api('list-object-versions --bucket versions'),
      s3api('get-object', ...at, `--version-id=${String(VersionId)}`, copy),
      expect(s3api('head-object', ...at)).rejects.toThrow('(404)'),
    ]);
    expect(await readFile(copy, 'utf8')).toBe('old');
    expect(listed).toMatchObject({
      Versions: [{ IsLatest: false }, { VersionId }],
      DeleteMarkers: [{ IsLatest: true }],
    });
    await s3api('delete-object', ...at, `--version-id=${String(marker['VersionId'])}`);
    expect(await s3api('head-object', ...at)).toMatchObject({ ContentLength: 5 });
  });
});
