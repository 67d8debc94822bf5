import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateVaultCommand,
  DescribeJobCommand,
  GetJobOutputCommand,
  type GlacierClient,
  InitiateJobCommand,
  InitiateMultipartUploadCommand,
  type JobParameters,
  UploadArchiveCommand,
  UploadMultipartPartCommand,
} from '@aws-sdk/client-glacier';
import { ManualClock } from '../testing/manual-clock';
import { openGlacier } from './testing/glacier-alone';
import { type GlacierSandbox, startGlacierSandbox, vault } from './testing/glacier-sandbox';

const MIB = 1024 * 1024;
const SIZE_BYTES = 6.5 * MIB;
const BYTES = Buffer.alloc(SIZE_BYTES);
for (let i = 0; i < SIZE_BYTES; i++) BYTES[i] = (i * 31 + (i >>> 8)) & 255;
const TREE_HASH = 'c3042d78e88139538e4587464f128a1c7884df85561dada7c13f9622594379f2';
let sandbox: GlacierSandbox;
let glacier: GlacierClient;
let archiveId: string;

beforeAll(async () => {
  sandbox = await startGlacierSandbox({ delaysMs: { standard: 0, inventory: 0 } });
  ({ glacier } = sandbox);
  await glacier.send(new CreateVaultCommand(vault));
  archiveId = await uploadInParts();
});

afterAll(() => sandbox.close());

async function uploadInParts(): Promise<string> {
  const upload = { ...vault, partSize: String(2 * MIB), archiveDescription: 'gen' };
  const { uploadId } = await glacier.send(new InitiateMultipartUploadCommand(upload));
  for (let start = 0; start < SIZE_BYTES; start += 2 * MIB) {
    const body = BYTES.subarray(start, start + 2 * MIB);
    const range = `bytes ${start}-${start + body.length - 1}/*`;
    await glacier.send(new UploadMultipartPartCommand({ ...vault, uploadId, range, body }));
  }
  const whole = { ...vault, uploadId, archiveSize: String(SIZE_BYTES), checksum: TREE_HASH };
  return (await glacier.send(new CompleteMultipartUploadCommand(whole))).archiveId ?? '';
}

async function finishedJob(jobParameters: JobParameters): Promise<string> {
  const { jobId = '' } = await glacier.send(new InitiateJobCommand({ ...vault, jobParameters }));
  while (!(await glacier.send(new DescribeJobCommand({ ...vault, jobId }))).Completed);
  return jobId;
}

async function outputOf(jobId: string, range?: string) {
  const output = await glacier.send(new GetJobOutputCommand({ ...vault, jobId, range }));
  return { ...output, bytes: Buffer.from((await output.body?.transformToByteArray()) ?? []) };
}

const archiveJob = (RetrievalByteRange?: string): Promise<string> =>
  finishedJob({ Type: 'archive-retrieval', ArchiveId: archiveId, RetrievalByteRange });

test('GetJobOutput returns the whole output with description and tree hash', async () => {
  const output = await outputOf(await archiveJob());
  expect(output).toMatchObject({
    status: 200,
    contentType: 'application/octet-stream',
    acceptRanges: 'bytes',
    archiveDescription: 'gen',
    checksum: TREE_HASH,
  });
  expect(output.contentRange).toBeUndefined();
  expect(output.bytes.equals(BYTES)).toBe(true);
});

test.each([
  ['bytes=0-1023', 0, 1024, false],
  ['bytes=1048576-2097151', MIB, 2 * MIB, true],
  ['bytes=2097152-4194303', 2 * MIB, 4 * MIB, true],
  ['bytes=1048576-3145727', MIB, 3 * MIB, false],
  ['bytes=2000000-4200000', 2_000_000, 4_200_001, false],
  ['bytes=4194304-99999999', 4 * MIB, SIZE_BYTES, true],
  ['bytes=5242880-', 5 * MIB, SIZE_BYTES, false],
  ['bytes=6291456-', 6 * MIB, SIZE_BYTES, true],
])('GetJobOutput returns the range %s of a whole-archive job', async (range, start, end, aligned) => {
  const output = await outputOf(await archiveJob(), range);
  expect(output.status).toBe(206);
  expect(output.contentRange).toBe(`bytes ${start}-${end - 1}/${SIZE_BYTES}`);
  expect(output.bytes.equals(BYTES.subarray(start, end))).toBe(true);
  const single = await glacier.send(new UploadArchiveCommand({ ...vault, body: BYTES.subarray(start, end) }));
  expect(output.checksum).toBe(aligned ? single.checksum : undefined);
});

test('a range of GetJobOutput counts from the start of the job range', async () => {
  const output = await outputOf(await archiveJob(`${4 * MIB}-${6 * MIB - 1}`), `bytes=${MIB}-${4 * MIB}`);
  expect(output.contentRange).toBe(`bytes ${MIB}-${2 * MIB - 1}/${2 * MIB}`);
  expect(output.bytes.equals(BYTES.subarray(5 * MIB, 6 * MIB))).toBe(true);
  expect(output.checksum).toMatch(/^[0-9a-f]{64}$/);
});

test('GetJobOutput omits the tree hash if the job range is not aligned, even if the requested range is', async () => {
  const output = await outputOf(await archiveJob(`${MIB}-${4 * MIB - 1}`), `bytes=0-${MIB - 1}`);
  expect(output.bytes.equals(BYTES.subarray(MIB, 2 * MIB))).toBe(true);
  expect(output.checksum).toBeUndefined();
});

test('GetJobOutput rejects a range past the end', async () => {
  const jobId = await archiveJob();
  await expect(outputOf(jobId, `bytes=${SIZE_BYTES}-`)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

test('an inventory lists the archives of the vault as JSON and as CSV', async () => {
  const upload = { ...vault, archiveDescription: 'a,"b"', body: Buffer.from('hello world') };
  const { archiveId: helloId = '', checksum } = await glacier.send(new UploadArchiveCommand(upload));

  const json = await outputOf(await finishedJob({ Type: 'inventory-retrieval' }));
  expect(json).toMatchObject({ status: 200, contentType: 'application/json' });
  expect(json.checksum).toBeUndefined();
  const inventory = JSON.parse(json.bytes.toString());
  expect(inventory).toMatchObject({ VaultARN: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos' });
  expect(inventory.InventoryDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(inventory.ArchiveList).toContainEqual({
    ArchiveId: archiveId,
    ArchiveDescription: 'gen',
    CreationDate: expect.stringMatching(/Z$/),
    Size: SIZE_BYTES,
    SHA256TreeHash: TREE_HASH,
  });

  const csvJob = await finishedJob({ Type: 'inventory-retrieval', Format: 'CSV' });
  const csv = await outputOf(csvJob);
  expect(csv.contentType).toBe('text/csv');
  expect(csv.bytes.toString()).toMatch(new RegExp(`^${helloId},"a,\\\\"b\\\\"",[^,]+Z,11,${checksum}$`, 'm'));
  expect(await glacier.send(new DescribeJobCommand({ ...vault, jobId: csvJob }))).toMatchObject({
    Action: 'InventoryRetrieval',
    InventorySizeInBytes: csv.bytes.length,
    InventoryRetrievalParameters: { Format: 'CSV' },
  });
});

test('a limited inventory continues from its marker', async () => {
  await glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('one more') }));
  const all = JSON.parse((await outputOf(await finishedJob({ Type: 'inventory-retrieval' }))).bytes.toString());
  const found: unknown[] = [];
  let marker: string | undefined;
  do {
    const InventoryRetrievalParameters = { Limit: '2', Marker: marker };
    const jobId = await finishedJob({ Type: 'inventory-retrieval', InventoryRetrievalParameters });
    const page = JSON.parse((await outputOf(jobId)).bytes.toString()).ArchiveList;
    expect(page.length).toBeLessThanOrEqual(2);
    found.push(...page);
    const job = await glacier.send(new DescribeJobCommand({ ...vault, jobId }));
    marker = job.InventoryRetrievalParameters?.Marker ?? undefined;
  } while (marker !== undefined);
  expect(found).toEqual(all.ArchiveList);
});

test('an inventory can be limited to a range of dates', async () => {
  const EndDate = '2020-01-01T00:00:00Z';
  const before = await finishedJob({ Type: 'inventory-retrieval', InventoryRetrievalParameters: { EndDate } });
  expect(JSON.parse((await outputOf(before)).bytes.toString()).ArchiveList).toEqual([]);
  const InventoryRetrievalParameters = { StartDate: EndDate };
  const after = await finishedJob({ Type: 'inventory-retrieval', InventoryRetrievalParameters });
  expect(JSON.parse((await outputOf(after)).bytes.toString()).ArchiveList.length).toBeGreaterThan(0);
});

test.each([
  ['guide', undefined],
  ['never', undefined],
  ['model', '560c2c9333c719cb00cfdffee3ba293db17f58743cdd1f7e4055373ae6300afa'],
] as const)('by the rule %s the range from 1 to 3 MiB has the tree hash %s', async (treeHashHeader, expected) => {
  const root = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const running = await openGlacier(root, new ManualClock(), { treeHashHeader });
  await running.glacier.send(new CreateVaultCommand(vault));
  const body = Buffer.alloc(4 * MIB, 'a');
  const uploaded = await running.glacier.send(new UploadArchiveCommand({ ...vault, body }));
  const jobParameters = { Type: 'archive-retrieval', ArchiveId: uploaded.archiveId };
  const { jobId } = await running.glacier.send(new InitiateJobCommand({ ...vault, jobParameters }));
  running.clock.advance(4 * 3_600_000);
  const hashOf = async (range?: string): Promise<string | undefined> => {
    const output = await running.glacier.send(new GetJobOutputCommand({ ...vault, jobId, range }));
    await output.body?.transformToByteArray();
    return output.checksum;
  };
  expect(await hashOf(`bytes=${MIB}-${3 * MIB - 1}`)).toBe(expected);
  expect(await hashOf()).toBe(treeHashHeader === 'never' ? undefined : uploaded.checksum);
  await running.close();
  await rm(root, { recursive: true });
});
