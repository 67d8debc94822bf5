import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliSandbox, describeWithAwsCli, startCliSandbox } from './support/aws-cli';

const MIB = 1024 * 1024;
/** 4 MiB + 20 bytes of `a`, and their published tree hash. */
const LARGE = Buffer.alloc(4 * MIB + 20, 'a');
const LARGE_HASH = '12f3cbd6101b981cde074039f6f728071da8879d6f632de8afc7cdf00661b08f';

let sandbox: CliSandbox;

/** Runs `aws glacier ...` on the vault and reads its JSON. */
const glacier = (operation: string, ...args: string[]): Promise<Record<string, unknown>> =>
  sandbox.json(`glacier ${operation} --account-id - --vault-name photos`, ...args);

/** The CLI sends a whole file as a part, hence one file a part. An id may begin with a dash, hence `--name=value`. */
async function uploadLarge(): Promise<Record<string, unknown>> {
  const { uploadId } = await glacier('initiate-multipart-upload', '--part-size', String(4 * MIB));
  const upload = `--upload-id=${String(uploadId)}`;
  const ranges = [
    [0, 4 * MIB],
    [4 * MIB, LARGE.length],
  ] as const;
  const uploaded = ranges.map(async ([start, end]) => {
    const body = await sandbox.save(`part-${start}`, LARGE.subarray(start, end));
    await glacier('upload-multipart-part', upload, '--range', `bytes ${start}-${end - 1}/*`, '--body', body);
  });
  await Promise.all(uploaded);
  expect((await glacier('list-parts', upload))['Parts']).toHaveLength(2);
  const whole = ['--archive-size', String(LARGE.length), '--checksum', LARGE_HASH];
  return glacier('complete-multipart-upload', upload, ...whole);
}

async function startedJob(parameters: Record<string, string>): Promise<string> {
  const { jobId } = await glacier('initiate-job', '--job-parameters', JSON.stringify(parameters));
  return String(jobId);
}

async function completedJobs(): Promise<string[]> {
  const { JobList } = await glacier('list-jobs', '--completed', 'true');
  return (JobList as { JobId: string }[]).map(({ JobId }) => JobId);
}

async function outputOf(jobId: string, ...args: string[]): Promise<{ reply: Record<string, unknown>; bytes: Buffer }> {
  const path = join(sandbox.folder, `output${jobId}`);
  const reply = await glacier('get-job-output', `--job-id=${jobId}`, ...args, path);
  return { reply, bytes: await readFile(path) };
}

describeWithAwsCli('Glacier by the AWS CLI', () => {
  beforeAll(async () => {
    sandbox = await startCliSandbox();
  });
  afterAll(() => sandbox.close());

  test('stores archives whole and in parts, and gets them back', async () => {
    expect(await glacier('create-vault')).toEqual({ location: '/111122223333/vaults/photos' });
    const small = Buffer.from('hello world');
    const body = await sandbox.save('small', small);
    const single = await glacier('upload-archive', '--archive-description', 'a "small" one', '--body', body);
    expect(single).toMatchObject({ checksum: createHash('sha256').update(small).digest('hex') });
    const multipart = await uploadLarge();
    expect(multipart).toMatchObject({ checksum: LARGE_HASH });
    expect(await glacier('describe-vault')).toMatchObject({ NumberOfArchives: 2 });

    const [smallId, largeId] = [String(single['archiveId']), String(multipart['archiveId'])];
    const [smallJob, largeJob, inventoryJob] = await Promise.all([
      startedJob({ Type: 'archive-retrieval', ArchiveId: smallId }),
      startedJob({ Type: 'archive-retrieval', ArchiveId: largeId, Tier: 'Bulk' }),
      startedJob({ Type: 'inventory-retrieval', Format: 'JSON' }),
    ]);
    while ((await completedJobs()).length < 3);
    const [described, whole, range, listed] = await Promise.all([
      glacier('describe-job', `--job-id=${largeJob}`),
      outputOf(smallJob),
      outputOf(largeJob, '--range', `bytes=${2 * MIB}-${9 * MIB}`),
      outputOf(inventoryJob),
    ]);
    expect(described).toMatchObject({ ArchiveId: largeId, Tier: 'Bulk', StatusCode: 'Succeeded', Completed: true });
    expect(whole.reply).toMatchObject({ status: 200, archiveDescription: 'a "small" one' });
    expect(whole.bytes.equals(small)).toBe(true);
    const contentRange = `bytes ${2 * MIB}-${LARGE.length - 1}/${LARGE.length}`;
    expect(range.reply).toMatchObject({ status: 206, contentRange });
    expect(range.bytes.equals(LARGE.subarray(2 * MIB))).toBe(true);
    expect(JSON.parse(listed.bytes.toString())).toMatchObject({
      ArchiveList: [
        { ArchiveId: smallId, ArchiveDescription: 'a "small" one', Size: small.length },
        { ArchiveId: largeId, ArchiveDescription: '', Size: LARGE.length, SHA256TreeHash: LARGE_HASH },
      ],
    });
  });

  test('says what was wrong', async () => {
    await glacier('create-vault');
    const body = await sandbox.save('whole', Buffer.alloc(MIB + 1));
    const { uploadId } = await glacier('initiate-multipart-upload', '--part-size', String(MIB));
    const tooLong = [`--upload-id=${String(uploadId)}`, '--range', `bytes 0-${MIB - 1}/*`, '--body', body];
    await Promise.all([
      expect(glacier('describe-job', '--job-id', 'none')).rejects.toThrow(
        'An error occurred (ResourceNotFoundException) when calling the DescribeJob operation: The job ID was not found: none',
      ),
      expect(glacier('upload-multipart-part', ...tooLong)).rejects.toThrow('(InvalidParameterValueException)'),
      expect(glacier('list-tags-for-vault')).rejects.toThrow(
        '(NotImplementedException) when calling the ListTagsForVault operation',
      ),
    ]);
  });
});
