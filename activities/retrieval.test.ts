import { DeleteArchiveCommand } from '@aws-sdk/client-glacier';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { describeJob } from '../src/aws/glacier-jobs';
import { batchReceiptKey } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';

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
  // 7 is in the bucket already, something else stands under 8, and 9 has been deleted.
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

const request = (index: number) => bench.run('requestArchive', [SETTINGS, SHARD, index, 'run-1/archive-x']);
const batchOf = (batch: number, indexes: readonly number[], lookFirst = true) => ({
  settings: { ...SETTINGS, lookFirst },
  shard: SHARD,
  workflowId: SHARD_WORKFLOW,
  batch,
  indexes,
});

test('an absent archive is requested by a job that names its workflow and its number', async () => {
  const opened = await request(3);
  expect(opened).toMatchObject({ archive: rows[3], stored: null });
  const job = await describeJob(bench.clients.glacier, SETTINGS, opened.jobId ?? '');
  expect(job).toMatchObject({ JobDescription: 'gt1:run-1/archive-x:3', ArchiveId: rows[3]?.archiveId, Tier: 'Bulk' });
});

test('an archive in the bucket is adopted without a job', async () => {
  const before = bench.count('InitiateJob');
  expect(await request(7)).toMatchObject({ stored: { adopted: true, treeHash: rows[7]?.treeHash }, jobId: null });
  expect(bench.count('InitiateJob')).toBe(before);
});

test('a taken key and a deleted archive fail without a job, and are not tried again', async () => {
  await expect(request(8)).rejects.toMatchObject({ type: 'KeyTaken', nonRetryable: true });
  await expect(request(9)).rejects.toMatchObject({ type: 'SourceMissing', nonRetryable: true });
});

test('S3 that may not be asked about keys is refused at once', async () => {
  bench.proxy.fault = (method) => (method === 'HEAD' ? { kind: 'reply', status: 403 } : null);
  await expect(request(3)).rejects.toMatchObject({ type: 'AccessDenied', nonRetryable: true });
});

test('a batch requests what is absent and sorts out the rest; adopted archives get their receipts', async () => {
  const indexes = [5, 6, 7, 8, 9];
  const result = await bench.run('requestBatch', [batchOf(1, indexes)]);
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

test('a retry requests nothing that its predecessor has requested', async () => {
  const indexes = Array.from({ length: 20 }, (_, offset) => 10 + offset);
  let progress: unknown = null;
  const before = bench.count('InitiateJob');
  const first = bench.run('requestBatch', [batchOf(2, indexes, false)], {
    onHeartbeat: (details, environment) => {
      progress = JSON.parse(JSON.stringify(details));
      environment.cancel('WORKER_SHUTDOWN');
    },
  });
  await expect(first).rejects.toMatchObject({ type: 'Unavailable', message: 'the worker shut down' });
  const result = await bench.run('requestBatch', [batchOf(2, indexes, false)], {
    attempt: 2,
    heartbeatDetails: progress,
  });
  expect(result.jobs.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(indexes);
  expect(bench.count('InitiateJob') - before).toBe(indexes.length);
});

test('a throttle leaves the rest of the batch for later, and fails only a batch that got nowhere', async () => {
  let allowed = 3;
  bench.proxy.fault = (method, url) =>
    method === 'POST' && url.endsWith('/jobs') && allowed-- <= 0
      ? { kind: 'reply', status: 400, body: '{"code":"PolicyEnforcedException","message":"wait"}' }
      : null;
  const indexes = [20, 21, 22, 23, 24];
  const result = await bench.run('requestBatch', [batchOf(3, indexes, false)]);
  expect([result.jobs.length, result.unsettled.length, result.failed.length]).toEqual([3, 2, 0]);
  const stuck = bench.run('requestBatch', [batchOf(4, result.unsettled, false)]);
  await expect(stuck).rejects.toMatchObject({ type: 'Unavailable', nonRetryable: false });
});

test('jobs that are over are told of, running ones are not', async () => {
  const done = await bench.readyJob(rows[0] as ArchiveRow);
  const { jobId: running } = await bench.run('requestArchive', [{ ...SETTINGS, tier: 'Expedited' }, SHARD, 1, 'w']);
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

test('a row that the shard does not have is an error of the inventory', async () => {
  await expect(request(99)).rejects.toMatchObject({ type: 'InventoryUnusable', nonRetryable: true });
});
