import type { S3Client } from '@aws-sdk/client-s3';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { describeJob } from '../src/aws/glacier-jobs';
import { CRASH_POINTS, onCrashPoint, type CrashPoint } from '../src/crash-points';
import { emptyTally } from '../src/domain/tally';
import { shardWorkflowId } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';

const MIB = 2 ** 20;
const ENDING = {
  shard: 0,
  outcome: 'skipped',
  reason: 'Cancelled',
  message: 'cancelled',
  stored: null,
  jobIds: [],
  requestedAt: null,
  readyAt: null,
  settledAt: '2026-05-02T00:00:00.000Z',
} as const;

let bench: ActivityBench;
/** Each request to S3 with its expected bucket owner. */
const requests: { readonly command: string; readonly owner: string | undefined }[] = [];
const reachedPoints = new Set<CrashPoint>();

function listen(s3: S3Client): void {
  s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { headers } = args.request as { readonly headers: Readonly<Record<string, string>> };
        requests.push({ command: commandName, owner: headers['x-amz-expected-bucket-owner'] });
        return await next(args);
      },
    { step: 'build', priority: 'low' },
  );
}

beforeAll(async () => {
  bench = await startActivityBench();
  await Promise.all([0, 1].map((index) => bench.archive(index, bytesOf(`step ${index}`, 1_000))));
  await bench.archive(2, bytesOf('step 2', 17 * MIB));
  listen(bench.clients.s3);
  listen(bench.clients.s3Bytes);
  onCrashPoint((point) => reachedPoints.add(point));
});
afterAll(async () => {
  onCrashPoint(() => undefined);
  await bench.close();
});

/** Sends every request to S3 that a run can send. */
async function runEverything(): Promise<void> {
  const { vault, bucket } = SETTINGS;
  const settings = await bench.run('checkRequest', [{ vault, bucket, storageClass: 'STANDARD' }]);
  const { jobId: inventoryJob } = await bench.run('initiateInventory', [settings]);
  await until(async () => (await describeJob(bench.clients.glacier, settings, inventoryJob))?.Completed === true);
  await bench.run('prepareInventory', [settings, inventoryJob]);
  const rows = await bench.dependencies.shards.rows({ ...settings, shard: 0 });
  const [first, second, large] = rows as [ArchiveRow, ArchiveRow, ArchiveRow];

  await bench.run('openShard', [settings, 0, false]);
  await bench.run('initiateRetrieval', [settings, 0, first.index, shardWorkflowId(settings.run, 0), false]);
  const lookFirst: RunSettings = { ...settings, lookFirst: true };
  await bench.run('initiateBatch', [
    {
      settings: lookFirst,
      shard: 0,
      workflowId: shardWorkflowId(settings.run, 0),
      batch: 0,
      indexes: [second.index],
      mayHaveJobs: [],
      requestsPerSecond: 100,
    },
  ]);
  const job = { index: second.index, requestedAtMs: 0, readyAtMs: 0, lastTry: false };
  const jobs = [{ ...job, jobId: await bench.readyJob(second) }];
  await bench.run('moveBatch', [{ settings, shard: 0, batch: 1, jobs }]);
  const whole = { settings, archive: first, jobId: await bench.readyJob(first) };
  await bench.run('moveWhole', [whole]);
  await bench.run('moveWhole', [whole], { attempt: 2 });

  const archive = large;
  const retry = { attempt: 2, scheduledTimestampMs: Date.now() };
  const uploadId = await bench.run('createUpload', [settings, archive], retry);
  const upload = { settings, archive, uploadId };
  const jobId = await bench.readyJob(archive);
  const range = await bench.run('moveRange', [{ ...upload, jobId, range: 0, proved: [] }]);
  await bench.run('completeUpload', [{ ...upload, ranges: [range] }]);
  await bench.run('abortUpload', [upload]);
  await bench.run('readAdopted', [
    { settings: { ...settings, readAdopted: true }, archive, crc32: null, progress: null },
  ]);
  await bench.run('createUpload', [settings, archive]);
  await bench.run('abortStrayUploads', [settings, archive, retry.scheduledTimestampMs]);

  await bench.run('writeReceipt', [settings, first.index, ENDING]);
  await bench.run('writeReceipts', [settings, 0, 2, [{ index: first.index, ...ENDING }]]);
  const counts = { quarantinedRows: 0, failures: {}, ...emptyTally() };
  const times = { startedAt: ENDING.settledAt, finishedAt: ENDING.settledAt };
  const { run } = settings;
  await bench.run('writeSummary', [settings, { run, vault, state: 'completed', location: '', ...counts, ...times }]);
}

test('every request to S3 names the expected bucket owner, and the activities reach every crash point', async () => {
  await runEverything();
  expect(requests.filter(({ owner }) => owner !== SETTINGS.bucketOwner)).toEqual([]);
  expect([...new Set(requests.map(({ command }) => command))].toSorted()).toEqual([
    'AbortMultipartUploadCommand',
    'CompleteMultipartUploadCommand',
    'CreateMultipartUploadCommand',
    'GetObjectCommand',
    'HeadBucketCommand',
    'HeadObjectCommand',
    'ListMultipartUploadsCommand',
    'ListObjectsV2Command',
    'ListPartsCommand',
    'PutObjectCommand',
    'UploadPartCommand',
  ]);
  const steps = CRASH_POINTS.filter((point) =>
    /^(request|inventory-job|inventory|whole|upload|part|range|receipts|summary)\./.test(point),
  );
  expect(steps.filter((step) => !reachedPoints.has(step))).toEqual([]);
});

test('S3 rejects requests to a bucket of another account', async () => {
  const settings = { ...SETTINGS, bucketOwner: '999988887777' };
  const archive = await bench.archive(9, bytesOf('step 9', 10));
  const rejected = expect.stringMatching(/AccessDenied|Forbidden|HTTP 403/) as string;
  const jobId = await bench.readyJob(archive);
  await expect(bench.run('moveWhole', [{ settings, archive, jobId }])).rejects.toMatchObject({ message: rejected });
  await expect(bench.run('createUpload', [settings, archive])).rejects.toMatchObject({ message: rejected });
  await expect(bench.run('openShard', [{ ...settings, startId: 's' }, 0, false])).rejects.toMatchObject({
    message: rejected,
  });
});
