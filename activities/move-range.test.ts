import { EventEmitter, once } from 'node:events';
import { UploadPartCommand } from '@aws-sdk/client-s3';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import type { ArchiveRow } from '../src/wire/inventory';
import type { PartProof, RangeInput } from '../src/wire/transfer';
import { createMoveRangeActivities, runsOf } from './move-range';

const MIB = 2 ** 20;
/** Three parts of a plan: 8 MiB, 8 MiB, 4 MiB and 5 bytes. */
const BYTES = bytesOf('range', 20 * MIB + 5);
const PART_BYTES = SETTINGS.minPartBytes;
const POOL_BYTES = 128 * MIB;

let bench: ActivityBench;
let archive: ArchiveRow;
let jobId: string;
let uploadId: string;
let sentBefore: number;
let keys = 0;
const sent = (): number => bench.count('UploadPart') - sentBefore;

beforeAll(async () => {
  bench = await startActivityBench();
  archive = await bench.archive(1, BYTES);
  jobId = await bench.readyJob(archive);
});
beforeEach(async () => {
  keys += 1;
  archive = { ...archive, key: `range/${keys}` };
  uploadId = await bench.run('createUpload', [SETTINGS, archive]);
  sentBefore = bench.count('UploadPart');
});
afterEach(async () => {
  bench.proxy.fault = () => null;
  bench.sandbox.faults.clear();
  // All memory has been released in any case.
  const all = await bench.dependencies.pool.reserve(POOL_BYTES, AbortSignal.timeout(5_000));
  bench.dependencies.pool.release(all);
});
afterAll(() => bench.close());

const input = (fields: Partial<RangeInput> = {}): RangeInput => ({
  settings: SETTINGS,
  archive,
  jobId,
  uploadId,
  range: 0,
  proved: [],
  ...fields,
});
const isOutput = (url: string): boolean => url.includes('/output');
const isPart = (method: string, url: string): boolean => method === 'PUT' && url.includes('partNumber=');

/** Moves until the first two parts are proved, then is cut off. Returns the last heartbeat's proofs. */
async function moveTwoParts(): Promise<readonly PartProof[]> {
  return await moveParts(2);
}
async function moveParts(count: number): Promise<readonly PartProof[]> {
  let proofs: readonly PartProof[] = [];
  bench.proxy.fault = (_, url) => (isOutput(url) ? { kind: 'cut', afterBytes: count * PART_BYTES + 1 } : null);
  const move = bench.run('moveRange', [input()], {
    onHeartbeat: (details) => ({ proofs } = details as { proofs: readonly PartProof[] }),
  });
  await expect(move).rejects.toMatchObject({ type: 'Unavailable', nonRetryable: false });
  bench.proxy.fault = () => null;
  expect(new Set(proofs.map(({ part }) => part))).toEqual(
    new Set(Array.from({ length: count }, (_, index) => index + 1)),
  );
  return proofs;
}

test('a range moves every part once and returns the root and CRC of the range', async () => {
  const result = await bench.run('moveRange', [input()]);
  expect(result).toMatchObject({ range: 0, treeHash: archive.treeHash, sizeBytes: BYTES.length });
  expect(sent()).toBe(3);
  const stored = await bench.run('completeUpload', [{ settings: SETTINGS, archive, uploadId, ranges: [result] }]);
  expect(stored).toMatchObject({ adopted: false, sizeBytes: BYTES.length, treeHash: archive.treeHash });
});

test.each([[null], ['x'], [[{ part: 1 }]], [{ proofs: 'all' }], [{ proofs: [{ part: 1, root: '../x', crc32: -1 }] }]])(
  'invalid heartbeat details (%j) are ignored: every part is moved',
  async (heartbeatDetails) => {
    const before = bench.count('UploadPart');
    const result = await bench.run('moveRange', [input()], { attempt: 2, heartbeatDetails });
    expect(result).toMatchObject({ range: 0 });
    expect(bench.count('UploadPart')).toBeGreaterThan(before);
  },
);

test('a retry of a range downloads and uploads only the parts without proof', async () => {
  const heartbeatDetails = await moveTwoParts();
  const before = sent();
  const fetched: string[] = [];
  bench.proxy.fault = (_, url) => {
    if (isOutput(url)) fetched.push(url);
    return null;
  };
  const result = await bench.run('moveRange', [input()], {
    attempt: 2,
    heartbeatDetails: { proofs: heartbeatDetails },
  });
  expect(result.treeHash).toBe(archive.treeHash);
  expect([before, sent(), fetched.length]).toEqual([2, 3, 1]);
});

test('parts that S3 lists without a proof are downloaded and hashed again, but not uploaded again', async () => {
  await moveTwoParts();
  const result = await bench.run('moveRange', [input()], { attempt: 2 });
  expect(result.treeHash).toBe(archive.treeHash);
  expect(sent()).toBe(3);
});

test('a part whose proof contradicts S3 is uploaded again', async () => {
  const heartbeatDetails = await moveTwoParts();
  await bench.clients.s3.send(
    new UploadPartCommand({
      Bucket: SETTINGS.bucket,
      Key: archive.key,
      UploadId: uploadId,
      PartNumber: 1,
      Body: Buffer.alloc(PART_BYTES),
      ChecksumAlgorithm: 'CRC32',
    }),
  );
  const result = await bench.run('moveRange', [input()], {
    attempt: 2,
    heartbeatDetails: { proofs: heartbeatDetails },
  });
  expect(result.treeHash).toBe(archive.treeHash);
  // Two, the foreign one, then the first and the third.
  expect(sent()).toBe(5);
});

test('a retry that dies before it has listed the parts keeps the proofs of earlier attempts', async () => {
  const heartbeatDetails = await moveTwoParts();
  const listing = (method: string, url: string): boolean => method === 'GET' && url.includes('uploadId=');
  const beats = new EventEmitter();
  const beaten = once(beats, 'beat').then(([details]: unknown[]) => details);
  const until = beaten.then(() => undefined);
  bench.proxy.fault = (method, url) => (listing(method, url) ? { kind: 'hold', until } : null);
  const onHeartbeat = (details: unknown): void => void beats.emit('beat', details);
  await bench.run('moveRange', [input()], { attempt: 2, heartbeatDetails: { proofs: heartbeatDetails }, onHeartbeat });
  expect(await beaten).toMatchObject({ proofs: heartbeatDetails });
});

test('a denied part fails the range, releases all memory and returns the proofs so far', async () => {
  bench.proxy.fault = (method, url) =>
    isPart(method, url) && url.includes('partNumber=3')
      ? { kind: 'reply', status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }
      : null;
  const rejected: unknown = await bench.run('moveRange', [input()]).catch((error: unknown) => error);
  expect(rejected).toMatchObject({ type: 'AccessDenied', nonRetryable: true });
  bench.proxy.fault = () => null;
  const [proved] = (rejected as { readonly details: readonly [readonly PartProof[]] }).details;
  const result = await bench.run('moveRange', [input({ proved })]);
  expect([result.treeHash, sent()]).toEqual([archive.treeHash, 3]);
});

test('a transient error of S3 causes no second download of the range', async () => {
  let faults = 1;
  let fetched = 0;
  bench.proxy.fault = (method, url) => {
    if (isOutput(url)) fetched += 1;
    if (!isPart(method, url) || faults-- <= 0) return null;
    return { kind: 'reply', status: 503, body: '<Error><Code>SlowDown</Code></Error>' };
  };
  await bench.run('moveRange', [input()]);
  expect([fetched, sent()]).toEqual([1, 3]);
});

test('cancelling a range during a stalled body ends it promptly as cancelled', async () => {
  bench.proxy.fault = (_, url) => (isOutput(url) ? { kind: 'stall', afterBytes: PART_BYTES + 1 } : null);
  const move = bench.run('moveRange', [input()], {
    onHeartbeat: (details, environment) => {
      if ((details as { proofs: readonly PartProof[] }).proofs.length === 1) environment.cancel('CANCELLED');
    },
  });
  await expect(move).rejects.toMatchObject({ name: 'CancelledFailure', message: 'CANCELLED' });
});

test('a byte corrupted on the line is detected by the hash of the range, which is moved again', async () => {
  let wrong = 1;
  bench.proxy.fault = (_, url) => (isOutput(url) && wrong-- > 0 ? { kind: 'corrupt', atByte: 9 * MIB } : null);
  const result = await bench.run('moveRange', [input()]);
  expect(result.treeHash).toBe(archive.treeHash);
  expect(sent()).toBe(6);
});

test('bytes that stay corrupted fail the range without proofs of the uploaded parts', async () => {
  bench.proxy.fault = (_, url) => (isOutput(url) ? { kind: 'corrupt', atByte: 9 * MIB } : null);
  const beats: unknown[] = [];
  const move = bench.run('moveRange', [input()], { onHeartbeat: (details) => beats.push(details) });
  await expect(move).rejects.toMatchObject({ type: 'HashMismatch', nonRetryable: true });
  expect(beats.at(-1)).toMatchObject({ proofs: [] });
});

test.each([0, 1, 2])(
  'a job that expires after part %d needs a new job for the rest, and no part is uploaded twice',
  async (count) => {
    const heartbeatDetails = await moveParts(count);
    const expiring = await bench.readyJob(archive);
    bench.sandbox.faults.add({
      rules: [{ fault: 'expire-job', on: 'glacier:GetJobOutput', where: { job: expiring } }],
    });
    const expired: unknown = await bench
      .run('moveRange', [input({ jobId: expiring })], { attempt: 2, heartbeatDetails: { proofs: heartbeatDetails } })
      .catch((error: unknown) => error);
    expect(expired).toMatchObject({ type: 'JobExpired', nonRetryable: true, details: [heartbeatDetails] });

    const ranges: string[] = [];
    bench.proxy.fault = (_, url) => {
      if (isOutput(url)) ranges.push(url);
      return null;
    };
    const result = await bench.run('moveRange', [input({ proved: heartbeatDetails })]);
    expect([sent(), ranges.length]).toEqual([3, 1]);
    const stored = await bench.run('completeUpload', [{ settings: SETTINGS, archive, uploadId, ranges: [result] }]);
    expect(stored).toMatchObject({ adopted: false, treeHash: archive.treeHash });
  },
);

test('a paused range returns its proofs and continues after them', async () => {
  bench.proxy.fault = (_, url) => (isOutput(url) ? { kind: 'stall', afterBytes: PART_BYTES + 1 } : null);
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  environment.on('heartbeat', ({ proofs: details }: { proofs: readonly PartProof[] }) => {
    if (details.length === 1) environment.cancel('CANCELLED');
  });
  const activities = createMoveRangeActivities(bench.dependencies);
  const stopped: unknown = await environment.run(() => activities.moveRange(input())).catch((error: unknown) => error);
  expect(stopped).toMatchObject({ name: 'CancelledFailure', details: [[{ part: 1 }]] });

  bench.proxy.fault = () => null;
  const [proved] = (stopped as { readonly details: readonly [readonly PartProof[]] }).details;
  const result = await bench.run('moveRange', [input({ proved })]);
  expect([result.treeHash, sent()]).toEqual([archive.treeHash, 3]);
});

test('a part that S3 receives corrupted is uploaded again from memory', async () => {
  let damaged = 1;
  let fetched = 0;
  bench.proxy.fault = (method, url) => {
    if (isOutput(url)) fetched += 1;
    if (!isPart(method, url) || damaged-- <= 0) return null;
    return { kind: 'reply', status: 400, body: '<Error><Code>BadDigest</Code></Error>' };
  };
  const result = await bench.run('moveRange', [input()]);
  expect([result.treeHash, fetched, sent()]).toEqual([archive.treeHash, 1, 3]);
});

test('an upload aborted while a part is in flight fails as UploadGone', async () => {
  bench.sandbox.faults.add({ rules: [{ fault: 'abort-upload', on: 's3:UploadPart', where: { partNumber: 2 } }] });
  await expect(bench.run('moveRange', [input()])).rejects.toMatchObject({ type: 'UploadGone', nonRetryable: true });
});

test('a missing upload fails as UploadGone', async () => {
  await bench.run('abortUpload', [{ settings: SETTINGS, archive, uploadId }]);
  await expect(bench.run('moveRange', [input()])).rejects.toMatchObject({
    type: 'UploadGone',
    nonRetryable: true,
  });
});

test('ascending numbers are split into runs of consecutive ones', () => {
  expect(runsOf([1, 2, 3, 5, 7, 8])).toEqual([[1, 2, 3], [5], [7, 8]]);
  expect(runsOf([])).toEqual([]);
});
