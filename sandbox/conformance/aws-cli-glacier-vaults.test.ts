import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CliSandbox, describeWithAwsCli, startCliSandbox } from './support/aws-cli';
import { REGION } from './support/region';

const MIB = 1024 * 1024;

let sandbox: CliSandbox;

/** Runs `aws glacier ...` on the account and reads its JSON. */
const account = (operation: string, ...args: string[]): Promise<Record<string, unknown>> =>
  sandbox.json(`glacier ${operation} --account-id -`, ...args);

/** The same on a vault. */
const glacier = (vault: string, operation: string, ...args: string[]): Promise<Record<string, unknown>> =>
  account(`${operation} --vault-name ${vault}`, ...args);

async function uploaded(vault: string, name: string, bytes: Buffer, description: string): Promise<string> {
  const body = await sandbox.save(name, bytes);
  const { archiveId } = await glacier(vault, `upload-archive --archive-description=${description}`, '--body', body);
  return String(archiveId);
}

async function outputOf(vault: string, parameters: Record<string, string>): Promise<{ text: string; reply: unknown }> {
  const { jobId } = await glacier(vault, 'initiate-job', '--job-parameters', JSON.stringify(parameters));
  const job = `--job-id=${String(jobId)}`;
  while ((await glacier(vault, 'describe-job', job))['Completed'] !== true);
  const path = join(sandbox.folder, `output${String(jobId)}`);
  const reply = await glacier(vault, 'get-job-output', job, path);
  return { text: await readFile(path, 'latin1'), reply };
}

describeWithAwsCli('Glacier vaults by the AWS CLI', () => {
  beforeAll(async () => {
    sandbox = await startCliSandbox();
  });
  afterAll(() => sandbox.close());

  test('pages vaults and keeps their notifications', async () => {
    const TopicArn = `arn:aws:sns:${REGION}:111122223333:jobs`;
    const names = ['one', 'three', 'two'];
    await Promise.all([
      ...names.map((name) => glacier(name, 'create-vault')),
      sandbox.json('sns create-topic --name jobs'),
    ]);
    const configuration = { SNSTopic: TopicArn, Events: ['ArchiveRetrievalCompleted', 'InventoryRetrievalCompleted'] };
    const [all, some] = await Promise.all([
      account('list-vaults --page-size 2'),
      account('list-vaults --max-items 1'),
      glacier('one', 'set-vault-notifications', '--vault-notification-config', JSON.stringify(configuration)),
    ]);
    expect((all['VaultList'] as { VaultName: string }[]).map(({ VaultName }) => VaultName)).toEqual(names);
    expect(some).toMatchObject({ VaultList: [{ VaultName: 'one' }], NextToken: expect.any(String) as unknown });

    expect(await glacier('one', 'get-vault-notifications')).toEqual({ vaultNotificationConfig: configuration });
    await glacier('one', 'delete-vault-notifications');
    await expect(glacier('one', 'get-vault-notifications')).rejects.toThrow('(ResourceNotFoundException)');
  });

  test('drops an upload that was begun', async () => {
    await glacier('dropped', 'create-vault');
    const { uploadId } = await glacier('dropped', `initiate-multipart-upload --part-size ${MIB}`);
    const upload = `--upload-id=${String(uploadId)}`;
    const body = await sandbox.save('part', Buffer.alloc(MIB, 'p'));
    await glacier('dropped', 'upload-multipart-part', upload, '--range', `bytes 0-${MIB - 1}/*`, '--body', body);
    expect(await glacier('dropped', 'list-multipart-uploads')).toMatchObject({
      UploadsList: [{ MultipartUploadId: uploadId, PartSizeInBytes: MIB }],
    });
    await glacier('dropped', 'abort-multipart-upload', upload);
    const [uploads] = await Promise.all([
      glacier('dropped', 'list-multipart-uploads'),
      expect(glacier('dropped', 'list-parts', upload)).rejects.toThrow('(ResourceNotFoundException)'),
      expect(
        glacier('dropped', `complete-multipart-upload --archive-size ${MIB} --checksum ${'0'.repeat(64)}`, upload),
      ).rejects.toThrow('(ResourceNotFoundException)'),
    ]);
    expect(uploads['UploadsList']).toEqual([]);
  });

  test('retrieves a range of an archive, and the inventory as CSV', async () => {
    await glacier('films', 'create-vault');
    const bytes = Buffer.concat([Buffer.alloc(MIB, 'a'), Buffer.alloc(MIB, 'b'), Buffer.from('the end')]);
    const ArchiveId = await uploaded('films', 'film', bytes, 'a,"film"');
    const [range, list] = await Promise.all([
      outputOf('films', {
        Type: 'archive-retrieval',
        ArchiveId,
        RetrievalByteRange: `${MIB}-${bytes.length - 1}`,
      }),
      outputOf('films', { Type: 'inventory-retrieval', Format: 'CSV' }),
    ]);
    expect(range.text === bytes.subarray(MIB).toString('latin1')).toBe(true);
    expect(list.reply).toMatchObject({ contentType: 'text/csv' });
    const [header, row] = list.text.split(/\r?\n/);
    expect(header).toBe('ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash');
    expect(row).toMatch(new RegExp(`^${ArchiveId},"a,\\\\"film\\\\"",[^,]+,${bytes.length},[0-9a-f]{64}$`));
  });

  test('removes archives, and a vault that is empty', async () => {
    await glacier('old', 'create-vault');
    const archive = `--archive-id=${await uploaded('old', 'small', Buffer.from('hello world'), 'small')}`;
    await expect(glacier('old', 'delete-vault')).rejects.toThrow('(InvalidParameterValueException)');
    await glacier('old', 'delete-archive', archive);
    await glacier('new', 'create-vault');
    await glacier('new', 'delete-vault');
    await expect(glacier('new', 'describe-vault')).rejects.toThrow('(ResourceNotFoundException)');
  });
});
