import {
  CreateVaultCommand,
  DescribeJobCommand,
  GetJobOutputCommand,
  type GlacierClient,
  InitiateJobCommand,
  type JobParameters,
  ListJobsCommand,
  UploadArchiveCommand,
} from '@aws-sdk/client-glacier';
import { type GlacierSandbox, startGlacierSandbox, vault } from './testing/glacier-sandbox';

const MIB = 1024 * 1024;
const vaultArn = 'arn:aws:glacier:us-east-1:111122223333:vaults/photos';
/** Published tree hashes of 2 MiB, and of 4 MiB + 20 bytes, of `a`. */
const HASH_2_MIB = '560c2c9333c719cb00cfdffee3ba293db17f58743cdd1f7e4055373ae6300afa';
const HASH_WHOLE = '12f3cbd6101b981cde074039f6f728071da8879d6f632de8afc7cdf00661b08f';
const SIZE_BYTES = 4 * MIB + 20;
let sandbox: GlacierSandbox;
let glacier: GlacierClient;
let archiveId: string;

/** Standard jobs never end here, Bulk jobs and inventories at once. */
beforeEach(async () => {
  sandbox = await startGlacierSandbox({ delaysMs: { standard: 86_400_000, bulk: 0, inventory: 0 } });
  ({ glacier } = sandbox);
  await glacier.send(new CreateVaultCommand(vault));
  const upload = { ...vault, body: Buffer.alloc(SIZE_BYTES, 'a') };
  archiveId = (await glacier.send(new UploadArchiveCommand(upload))).archiveId ?? '';
});

afterEach(() => sandbox.close());

async function start(jobParameters: JobParameters): Promise<string> {
  const { jobId } = await glacier.send(new InitiateJobCommand({ ...vault, jobParameters }));
  return jobId ?? '';
}

const describeJob = (jobId: string) => glacier.send(new DescribeJobCommand({ ...vault, jobId }));

async function finished(jobId: string): Promise<void> {
  while (!(await describeJob(jobId)).Completed);
}

test('a running job of the whole archive is described', async () => {
  const Description = 'gt1:run/archive-x:7';
  const jobId = await start({ Type: 'archive-retrieval', ArchiveId: archiveId, Description });
  expect(jobId).toMatch(/^[A-Za-z0-9_-]{92}$/);
  const job = await describeJob(jobId);
  expect(job).toMatchObject({
    Action: 'ArchiveRetrieval',
    ArchiveId: archiveId,
    ArchiveSHA256TreeHash: HASH_WHOLE,
    ArchiveSizeInBytes: SIZE_BYTES,
    Completed: false,
    JobDescription: Description,
    JobId: jobId,
    RetrievalByteRange: `0-${SIZE_BYTES - 1}`,
    SHA256TreeHash: HASH_WHOLE,
    StatusCode: 'InProgress',
    StatusMessage: 'Operation in progress.',
    Tier: 'Standard',
    VaultARN: vaultArn,
  });
  await expect(glacier.send(new GetJobOutputCommand({ ...vault, jobId }))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `The job is not currently available for download: ${jobId}`,
    $metadata: { httpStatusCode: 400 },
  });
});

test.each([
  [`${2 * MIB}-${4 * MIB - 1}`, HASH_2_MIB],
  [`${3 * MIB}-${SIZE_BYTES - 1}`, null],
])('a job of the range %s has the tree hash %s', async (RetrievalByteRange, treeHash) => {
  const jobId = await start({ Type: 'archive-retrieval', ArchiveId: archiveId, Tier: 'Bulk', RetrievalByteRange });
  const job = await describeJob(jobId);
  expect(job).toMatchObject({ RetrievalByteRange, Tier: 'Bulk', ArchiveSHA256TreeHash: HASH_WHOLE });
  expect(job.SHA256TreeHash ?? null).toBe(treeHash);
});

test.each<[string, JobParameters]>([
  ['MissingParameterValueException', {}],
  ['InvalidParameterValueException', { Type: 'nonsense' }],
  ['NotImplementedException', { Type: 'select' }],
  ['MissingParameterValueException', { Type: 'archive-retrieval' }],
  ['ResourceNotFoundException', { Type: 'archive-retrieval', ArchiveId: 'x'.repeat(138) }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', Tier: 'Fast' }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', Format: 'CSV' }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', RetrievalByteRange: '1-1048575' }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', RetrievalByteRange: '0-1048576' }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', RetrievalByteRange: '0-8388607' }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', RetrievalByteRange: 'all' }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', Description: 'caf\u00e9' }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', Description: 'x'.repeat(1025) }],
  ['InvalidParameterValueException', { Type: 'archive-retrieval', ArchiveId: 'ID', SNSTopic: 'arn:aws:sns:x:1:y' }],
  ['InvalidParameterValueException', { Type: 'inventory-retrieval', ArchiveId: 'ID' }],
  ['InvalidParameterValueException', { Type: 'inventory-retrieval', RetrievalByteRange: '0-1048575' }],
  ['InvalidParameterValueException', { Type: 'inventory-retrieval', Format: 'XML' }],
  ['InvalidParameterValueException', { Type: 'inventory-retrieval', InventoryRetrievalParameters: { Limit: '0' } }],
  ['InvalidParameterValueException', { Type: 'inventory-retrieval', InventoryRetrievalParameters: { EndDate: 'now' } }],
  ['InvalidParameterValueException', { Type: 'inventory-retrieval', InventoryRetrievalParameters: { Marker: 'x' } }],
])('InitiateJob answers %s to %j', async (name, parameters) => {
  const jobParameters = parameters.ArchiveId === 'ID' ? { ...parameters, ArchiveId: archiveId } : parameters;
  await expect(start(jobParameters)).rejects.toMatchObject({ name });
  expect((await glacier.send(new ListJobsCommand(vault))).JobList).toEqual([]);
});

test('a job of a missing vault, and a missing job, are not found', async () => {
  const jobParameters = { Type: 'inventory-retrieval' };
  await expect(
    glacier.send(new InitiateJobCommand({ accountId: '-', vaultName: 'none', jobParameters })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: expect.stringContaining('Vault not found') });
  await expect(describeJob('none')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The job ID was not found: none',
  });
});

test('an inventory job of a vault that never had an archive is not found', async () => {
  const empty = { accountId: '-', vaultName: 'empty' };
  await glacier.send(new CreateVaultCommand(empty));
  const jobParameters = { Type: 'inventory-retrieval' };
  await expect(glacier.send(new InitiateJobCommand({ ...empty, jobParameters }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message:
      'Inventory retrieval jobs for vault arn:aws:glacier:us-east-1:111122223333:vaults/empty cannot be initiated yet, ' +
      'as Amazon Glacier has not yet generated an initial inventory for this vault.',
    $metadata: { httpStatusCode: 404 },
  });
});

test('jobs are listed in pages and filtered by state', async () => {
  const running = [];
  for (let i = 0; i < 3; i++) running.push(await start({ Type: 'archive-retrieval', ArchiveId: archiveId }));
  const done = await start({ Type: 'inventory-retrieval' });
  await finished(done);

  const idsOf = async (filter: { statuscode?: string; completed?: string }): Promise<unknown[]> =>
    ((await glacier.send(new ListJobsCommand({ ...vault, ...filter }))).JobList ?? []).map((job) => job.JobId);
  expect(await idsOf({})).toEqual([...running, done]);
  expect(await idsOf({ statuscode: 'InProgress' })).toEqual(running);
  expect(await idsOf({ completed: 'false' })).toEqual(running);
  expect(await idsOf({ statuscode: 'Succeeded' })).toEqual([done]);
  expect(await idsOf({ completed: 'true', statuscode: 'Failed' })).toEqual([]);

  const first = await glacier.send(new ListJobsCommand({ ...vault, limit: 2 }));
  const second = await glacier.send(new ListJobsCommand({ ...vault, limit: 2, marker: first.Marker }));
  expect([...(first.JobList ?? []), ...(second.JobList ?? [])].map((job) => job.JobId)).toEqual([...running, done]);
  expect(second.Marker ?? null).toBeNull();

  await expect(idsOf({ statuscode: 'finished' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The job status code is not valid: finished',
  });
  for (const page of [{ limit: 0 }, { limit: 51 }, { marker: 'x' }]) {
    await expect(glacier.send(new ListJobsCommand({ ...vault, ...page }))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  }
});
