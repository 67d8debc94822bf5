import { DeleteArchiveCommand } from '@aws-sdk/client-glacier';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { describeJob } from '../src/aws/glacier-jobs';
import { objectMetadata } from '../src/aws/s3-objects';
import { batchReceiptKey } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';
import type { JobRef } from '../src/wire/job';

const SHARD = 0;
const SHARD_WORKFLOW = 'run-1/shard-000000';

let bench: ActivityBench;
let rows: readonly ArchiveRow[];
beforeAll(async () => {
  bench = await startActivityBench();
  rows = await Promise.all(
    Array.from({ length: 30 }, (_, index) => bench.archive(index, bytesOf(`retrieval ${index}`, 10 + index))),
  );
  await bench.putShard(SHARD, rows);
  // 7 is in the bucket already, 8 has another object under its key, and 9 has been deleted.
  const [seven, eight, nine] = rows.slice(7, 10) as [ArchiveRow, ArchiveRow, ArchiveRow];
  const jobId = await bench.readyJob(seven);
  await bench.run('moveWhole', [{ settings: SETTINGS, archive: seven, jobId }]);
  await bench.putObject(eight.key, 'stranger');
  const { vault } = SETTINGS;
  const archiveId = nine.archiveId;
  await bench.clients.glacier.send(new DeleteArchiveCommand({ accountId: '-', vaultName: vault, archiveId }));
});
afterEach(() => {
  bench.proxy.fault = () => null;
});
afterAll(() => bench.close());

const request = (index: number) => bench.run('initiateRetrieval', [SETTINGS, SHARD, index, 'run-1/archive-x', false]);
const batchOf = (batch: number, indexes: readonly number[], lookFirst = true) => ({
  settings: { ...SETTINGS, lookFirst },
  shard: SHARD,
  workflowId: SHARD_WORKFLOW,
  batch,
  indexes,
  mayHaveJobs: [],
  requestsPerSecond: 100,
});

test('an archive without an object is retrieved by a job that names its workflow and index', async () => {
  const opened = await request(3);
  expect(opened).toMatchObject({ archive: rows[3], stored: null });
  const job = await describeJob(bench.clients.glacier, SETTINGS, opened.jobId ?? '');
  expect(job).toMatchObject({ JobDescription: 'gt1:run-1/archive-x:3', ArchiveId: rows[3]?.archiveId, Tier: 'Bulk' });
});

test('an archive with an object in the bucket is adopted without a job', async () => {
  const before = bench.count('InitiateJob');
  expect(await request(7)).toMatchObject({ stored: { adopted: true, treeHash: rows[7]?.treeHash }, jobId: null });
  expect(bench.count('InitiateJob')).toBe(before);
});

test('a taken key and a deleted archive fail without a job and are not retried', async () => {
  await expect(request(8)).rejects.toMatchObject({ type: 'KeyTaken', nonRetryable: true });
  await expect(request(9)).rejects.toMatchObject({ type: 'SourceMissing', nonRetryable: true });
});

test('a missing permission to check keys fails at once and names the permission', async () => {
  bench.proxy.fault = (method) => (method === 'HEAD' ? { kind: 'reply', status: 403 } : null);
  await expect(request(3)).rejects.toMatchObject({
    type: 'AccessDenied',
    nonRetryable: true,
    message: expect.stringContaining('s3:GetObject on arn:aws:s3:::destination/*'),
  });
});

test('a batch initiates jobs for archives without an object and writes receipts of adopted ones', async () => {
  const indexes = [5, 6, 7, 8, 9];
  const result = await bench.run('initiateBatch', [batchOf(1, indexes)]);
  expect(result.jobs.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([5, 6]);
  expect(result).toMatchObject({ adopted: [7], unsettled: [] });
  const reasons = new Map(result.failed.map(({ index, reason }) => [index, reason]));
  expect(Object.fromEntries(reasons)).toEqual({ 8: 'KeyTaken', 9: 'SourceMissing' });
  const [receipt, end] = (await bench.getText(batchReceiptKey(SETTINGS.run, SHARD, 1))).split('\n');
  expect(end).toBe('');
  expect(JSON.parse(receipt ?? '')).toMatchObject({
    index: 7,
    outcome: 'verified',
    stored: { adopted: true },
    jobIds: [],
  });
});

test('with readAdopted, a batch leaves objects without a SHA-256 to be read back', async () => {
  const rowsToRead = rows.map((row) => (row.index === 4 ? { ...row, key: 'kept/4' } : row));
  await bench.putShard(SHARD + 1, rowsToRead);
  const four = rowsToRead[4] as ArchiveRow;
  await bench.clients.s3.send(
    new PutObjectCommand({
      Bucket: SETTINGS.bucket,
      Key: four.key,
      Body: bytesOf('retrieval 4', four.sizeBytes),
      ChecksumAlgorithm: 'CRC32',
      Metadata: objectMetadata(four),
    }),
  );
  const before = bench.count('InitiateJob');
  const input = { ...batchOf(20, [4, 7]), shard: SHARD + 1 };
  const settings = { ...input.settings, readAdopted: true };
  expect(await bench.run('initiateBatch', [{ ...input, settings }])).toMatchObject({
    adopted: [7],
    toRead: [4],
    jobs: [],
    failed: [],
    unsettled: [],
  });
  expect(await bench.run('initiateBatch', [{ ...input, batch: 21 }])).toMatchObject({ adopted: [4, 7], toRead: [] });
  expect(bench.count('InitiateJob')).toBe(before);
});

test('a retry of a batch initiates no job twice', async () => {
  const indexes = Array.from({ length: 20 }, (_, offset) => 10 + offset);
  let progress: unknown = null;
  const before = bench.count('InitiateJob');
  const first = bench.run('initiateBatch', [batchOf(2, indexes, false)], {
    onHeartbeat: (details, environment) => {
      progress = JSON.parse(JSON.stringify(details));
      environment.cancel('WORKER_SHUTDOWN');
    },
  });
  await expect(first).rejects.toMatchObject({ type: 'Unavailable', message: 'the worker shut down' });
  const result = await bench.run('initiateBatch', [batchOf(2, indexes, false)], {
    attempt: 2,
    heartbeatDetails: progress,
  });
  expect(result.jobs.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(indexes);
  expect(bench.count('InitiateJob') - before).toBe(indexes.length);
});

test('a cancelled batch returns the jobs it has initiated and leaves the rest', async () => {
  const indexes = Array.from({ length: 20 }, (_, offset) => 10 + offset);
  const before = bench.count('InitiateJob');
  const result = await bench.run(
    'initiateBatch',
    [{ ...batchOf(11, indexes, false), workflowId: 'run-1/shard-000002' }],
    {
      onHeartbeat: (_details, environment) => environment.cancel('CANCELLED'),
    },
  );
  expect(result).toMatchObject({ failed: [], problem: null });
  expect(result.jobs.length).toBe(bench.count('InitiateJob') - before);
  expect(result.unsettled.length).toBeGreaterThan(0);
  expect(sorted([...result.jobs.map(({ index }) => index), ...result.unsettled])).toEqual(indexes);
});

const isInitiateJob = (method: string, url: string): boolean => method === 'POST' && url.endsWith('/jobs');
const rejection = (status: number, code: string, message = 'said Glacier') =>
  ({ kind: 'reply', status, body: JSON.stringify({ code, message }) }) as const;
/** Sends this response from the n-th InitiateJob request on. */
function rejectFrom(first: number, reply: ReturnType<typeof rejection>): void {
  let requests = 0;
  bench.proxy.fault = (method, url) => (isInitiateJob(method, url) && ++requests >= first ? reply : null);
}
const sorted = (indexes: readonly number[]): number[] => indexes.toSorted((a, b) => a - b);

test('lasting throttling keeps initiated jobs, leaves the rest for later and fails nothing', async () => {
  rejectFrom(4, rejection(400, 'ThrottlingException', 'Rate exceeded'));
  const indexes = [20, 21, 22, 23, 24];
  const result = await bench.run('initiateBatch', [batchOf(3, indexes, false)]);
  expect(result).toMatchObject({ failed: [], problem: null });
  expect(result.jobs).toHaveLength(3);
  expect(sorted([...result.jobs.map(({ index }) => index), ...result.unsettled])).toEqual(indexes);
  expect(result.throttle?.requestsPerSecond).toBeLessThan(100);

  expect(result.possiblyInitiated).toEqual([]);

  // An earlier attempt may have got further than its heartbeats say.
  const other = { ...batchOf(4, result.unsettled, false), workflowId: 'run-1/shard-000009' };
  const stuck = await bench.run('initiateBatch', [other], { attempt: 2 });
  expect(stuck).toMatchObject({ jobs: [], failed: [], problem: null });
  expect(sorted(stuck.unsettled)).toEqual(sorted(result.unsettled));
  expect(sorted(stuck.possiblyInitiated)).toEqual(sorted(result.unsettled));
  expect(stuck.throttle).not.toBeNull();

  const alone = await bench.run('initiateRetrieval', [SETTINGS, SHARD, 25, 'run-1/archive-y', false]);
  expect(alone).toMatchObject({ archive: rows[25], stored: null, jobId: null });
  expect(alone.throttle).not.toBeNull();

  bench.proxy.fault = () => null;
  const after = await bench.run('initiateRetrieval', [SETTINGS, SHARD, 25, 'run-1/archive-y', false]);
  expect(after.jobId).toEqual(expect.any(String));
});

test('a problem is returned with the jobs initiated before, and no archive fails', async () => {
  rejectFrom(
    3,
    rejection(400, 'PolicyEnforcedException', 'InitiateJob request denied by current data retrieval policy.'),
  );
  const indexes = [25, 26, 27, 28, 29];
  const result = await bench.run('initiateBatch', [batchOf(5, indexes, false)]);
  expect([result.jobs.length, result.unsettled.length, result.failed.length]).toEqual([2, 3, 0]);
  expect(result.problem).toMatchObject({ reason: 'ServiceRefused', message: expect.stringContaining('--tier Bulk') });

  rejectFrom(1, rejection(403, 'AccessDeniedException', 'no'));
  const stopped = await bench.run('initiateBatch', [batchOf(6, result.unsettled, false)]);
  expect(stopped).toMatchObject({
    jobs: [],
    failed: [],
    problem: { reason: 'AccessDenied', message: expect.stringContaining('Allow glacier:InitiateJob on vault photos') },
  });
  expect(sorted(stopped.unsettled)).toEqual(sorted(result.unsettled));
});

test('a batch that cannot write receipts reports the problem and loses no job', async () => {
  bench.proxy.fault = (method, url) =>
    method === 'PUT' && url.includes('/receipts/')
      ? { kind: 'reply', status: 403, body: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>' }
      : null;
  const result = await bench.run('initiateBatch', [batchOf(7, [7, 0])]);
  expect(result).toMatchObject({ adopted: [], unsettled: [7], problem: { reason: 'AccessDenied' } });
  expect(result.jobs).toMatchObject([{ index: 0 }]);
});

test('a batch that can settle nothing because of an outage fails retryably', async () => {
  rejectFrom(1, rejection(500, 'ServiceUnavailableException'));
  const struck = bench.run('initiateBatch', [batchOf(8, [2, 3], false)]);
  await expect(struck).rejects.toMatchObject({ type: 'Unavailable', nonRetryable: false });
});

test('a job whose response was lost is initiated once, alone and in a batch', async () => {
  const before = bench.count('InitiateJob');
  bench.proxy.fault = (method, url) => (isInitiateJob(method, url) ? { kind: 'lose' } : null);
  const alone = await bench.run('initiateRetrieval', [SETTINGS, SHARD, 10, 'run-1/archive-z', false]);
  const batch = await bench.run('initiateBatch', [batchOf(9, [11, 12, 13], false)]);
  expect(alone.jobId).toEqual(expect.any(String));
  expect(sorted(batch.jobs.map(({ index }) => index))).toEqual([11, 12, 13]);
  expect(bench.count('InitiateJob') - before).toBe(4);
});

test('a retry adopts the job of an attempt that died before it reported it', async () => {
  const first = await bench.run('initiateRetrieval', [SETTINGS, SHARD, 14, 'run-1/archive-v', false]);
  const before = bench.count('InitiateJob');
  const second = await bench.run('initiateRetrieval', [SETTINGS, SHARD, 14, 'run-1/archive-v', false], { attempt: 2 });
  expect(second.jobId).toBe(first.jobId);
  const indexes = [15, 16, 17];
  const third = await bench.run('initiateBatch', [
    { ...batchOf(10, indexes, false), workflowId: 'run-1/shard-000001' },
  ]);
  const fourth = await bench.run(
    'initiateBatch',
    [{ ...batchOf(10, indexes, false), workflowId: 'run-1/shard-000001' }],
    { attempt: 2 },
  );
  const byIndex = (jobs: readonly JobRef[]) => jobs.toSorted((a, b) => a.index - b.index);
  expect(byIndex(fourth.jobs)).toEqual(byIndex(third.jobs));
  expect(bench.count('InitiateJob') - before).toBe(indexes.length);
});

test('a missing vault stops the run, and no archive is reported as deleted', async () => {
  rejectFrom(
    1,
    rejection(404, 'ResourceNotFoundException', 'Vault not found for ARN: arn:aws:glacier:x:1:vaults/photos'),
  );
  await expect(request(3)).rejects.toMatchObject({
    type: 'ServiceRefused',
    nonRetryable: true,
    message: expect.stringContaining('There is no vault photos'),
  });
});

test('checkJobs returns completed and missing jobs, but no running ones', async () => {
  const done = await bench.readyJob(rows[0] as ArchiveRow);
  const { jobId: running } = await bench.run('initiateRetrieval', [
    { ...SETTINGS, tier: 'Expedited' },
    SHARD,
    1,
    'run-1/archive-w',
    false,
  ]);
  const jobs = [
    { index: 0, jobId: done },
    { index: 1, jobId: running ?? '' },
    { index: 2, jobId: 'x'.repeat(92) },
  ];
  expect(await bench.run('checkJobs', [SETTINGS, jobs])).toMatchObject([
    { index: 0, jobId: done, status: 'Succeeded' },
    { index: 2, status: 'Gone' },
  ]);
});

test('an index outside the shard fails as InventoryUnusable', async () => {
  await expect(request(99)).rejects.toMatchObject({ type: 'InventoryUnusable', nonRetryable: true });
});

test('a resumed archive adopts the job of its earlier attempt, alone and in a batch', async () => {
  const first = await bench.run('initiateRetrieval', [SETTINGS, SHARD, 18, 'run-1/archive-t', false]);
  const input = { ...batchOf(12, [19], false), workflowId: 'run-1/shard-000012' };
  const batch = await bench.run('initiateBatch', [input]);
  const before = bench.count('InitiateJob');
  const again = await bench.run('initiateRetrieval', [SETTINGS, SHARD, 18, 'run-1/archive-t', true]);
  expect(again.jobId).toBe(first.jobId);
  const batchAgain = await bench.run('initiateBatch', [
    { ...input, batch: 13, mayHaveJobs: [19], requestsPerSecond: 100 },
  ]);
  expect(batchAgain.jobs).toEqual(batch.jobs);
  expect(bench.count('InitiateJob')).toBe(before);
});
