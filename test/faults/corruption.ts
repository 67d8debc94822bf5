import { HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import type { FaultScript } from 'glacier-sandbox';
import { mapConcurrently } from '../../src/bytes/map-concurrently';
import type { ArchiveRow } from '../../src/wire/inventory';
import { fingerprintOf, type Fingerprint } from '../oracle/fingerprint';
import { bytesOf, type ActivityBench } from '../support/activity-bench';
import { SETTINGS } from '../support/samples';

const MIB = 1024 * 1024;
const SMALL = { archives: 100, leastBytes: 300, mostBytes: 20_000, batch: 25 } as const;
/** Two parts, the second one short. */
const IN_PARTS_BYTES = 9 * MIB + 5;
const UPLOADS_IN_PARALLEL = 8;
const NEVER = new AbortController().signal;

type Rule = FaultScript['rules'][number];
const OUTPUT = 'glacier:GetJobOutput';
const HALF = { on: OUTPUT, probability: 0.5 } as const;

/** One of them a round, so that no response is corrupted twice: each must be counted. */
const CORRUPTIONS: readonly Rule[] = [
  { fault: 'flip-bit', ...HALF },
  { fault: 'truncate', ...HALF, afterBytes: 299, contentLength: 'adjusted' },
  { fault: 'flip-bit', ...HALF },
  { fault: 'truncate', ...HALF, afterBytes: 299, contentLength: 'kept' },
];
/** Glacier does not always send a tree hash. */
const WITHOUT_TREE_HASH: Rule = { fault: 'header', ...HALF, header: 'x-amz-sha256-tree-hash', value: null };

export interface Corruption {
  /** Responses whose bytes were not the archive's. */
  corrupted: number;
  /** Responses that were downloaded again, or whose archive was rejected. Equal to `corrupted` if exactly these were detected. */
  found: number;
  verified: number;
  rejected: number;
  /** Messages about archives that were stored with other bytes, or stored and rejected. Must stay empty. */
  readonly accepted: string[];
}

/** An archive with a finished job, and its bytes' CRC32 as the oracle computes it. */
interface Uploaded {
  readonly row: ArchiveRow;
  readonly jobId: string;
  readonly truth: Fingerprint;
}

/** Moves archives until this many of Glacier's responses have been corrupted, and checks what was stored. */
export async function corrupt(bench: ActivityBench, seed: number, injections: number): Promise<Corruption> {
  const sizes = Array.from(
    { length: SMALL.archives },
    (_, index) => SMALL.leastBytes + ((index * 7_919) % (SMALL.mostBytes - SMALL.leastBytes)),
  );
  const small = await uploadAll(bench, sizes);
  const [inParts] = (await uploadAll(bench, [IN_PARTS_BYTES])) as [Uploaded];
  const sum: Corruption = { corrupted: 0, found: 0, verified: 0, rejected: 0, accepted: [] };
  for (let round = 0; sum.corrupted < injections; round += 1) {
    const corruption = CORRUPTIONS[round % CORRUPTIONS.length] as Rule;
    await injectInto(bench, seed + round, corruption, sum, () => moveSmall(bench, small, round));
    await injectInto(bench, seed + round, corruption, sum, () => moveInParts(bench, inParts, `parts/${round}`));
  }
  return sum;
}

/** What became of some archives: those that were called stored, and those that were refused. */
interface Moved {
  readonly stored: readonly Uploaded[];
  readonly refused: readonly Uploaded[];
}

/** Moves archives under a fault and counts: each response that was not accepted was detected as corrupted. */
async function injectInto(
  bench: ActivityBench,
  seed: number,
  corruption: Rule,
  sum: Corruption,
  move: () => Promise<Moved>,
): Promise<void> {
  bench.sandbox.faults.add({ seed, rules: [corruption, WITHOUT_TREE_HASH] });
  const before = bench.count('GetJobOutput');
  const { stored, refused } = await move();
  sum.corrupted += bench.sandbox.faults.report()[0]?.injected ?? 0;
  sum.found += bench.count('GetJobOutput') - before - stored.length;
  sum.verified += stored.length;
  sum.rejected += refused.length;
  bench.sandbox.faults.clear();
  for (const { row, truth } of stored) {
    const found = await look(bench.clients.s3, row.key);
    if (found !== truth.crc32 && found !== truth.sha256) {
      sum.accepted.push(`${row.key} is called stored, with the checksum ${found}`);
    }
  }
  for (const { row } of refused) {
    if ((await look(bench.clients.s3, row.key)) !== null) sum.accepted.push(`${row.key} was refused, and is stored`);
  }
}

async function moveSmall(bench: ActivityBench, small: readonly Uploaded[], round: number): Promise<Moved> {
  const settings = { ...SETTINGS, startId: `round-${round}` };
  const placed = small.map((uploaded, index) => ({
    ...uploaded,
    row: { ...uploaded.row, index, key: `small/${round}/${index}` },
  }));
  await bench.putShard(
    round,
    placed.map(({ row }) => row),
  );
  const jobs = placed.map(({ jobId }, index) => ({ index, jobId, requestedAtMs: 0, readyAtMs: 0, lastTry: true }));
  const batches = Array.from({ length: SMALL.archives / SMALL.batch }, (_, batch) =>
    jobs.slice(batch * SMALL.batch, (batch + 1) * SMALL.batch),
  );
  const results = await Promise.all(
    batches.map((jobs, batch) => bench.run('moveBatch', [{ settings, shard: round, batch, jobs }])),
  );
  const verified = new Set(results.flatMap((result) => result.verified));
  return {
    stored: placed.filter((_, index) => verified.has(index)),
    refused: placed.filter((_, index) => !verified.has(index)),
  };
}

async function moveInParts(bench: ActivityBench, uploaded: Uploaded, key: string): Promise<Moved> {
  const archive = { ...uploaded.row, key };
  const placed = { ...uploaded, row: archive };
  const uploadId = await bench.run('createUpload', [SETTINGS, archive]);
  const upload = { settings: SETTINGS, archive, uploadId };
  try {
    const range = await bench.run('moveRange', [{ ...upload, jobId: uploaded.jobId, range: 0, proved: [] }]);
    await bench.run('completeUpload', [{ ...upload, ranges: [range] }]);
    return { stored: [placed], refused: [] };
  } catch {
    await bench.run('abortUpload', [upload]);
    return { stored: [], refused: [placed] };
  }
}

const uploadAll = async (bench: ActivityBench, sizes: readonly number[]): Promise<Uploaded[]> =>
  await mapConcurrently([...sizes.entries()], UPLOADS_IN_PARALLEL, NEVER, async ([index, sizeBytes]) => {
    const bytes = bytesOf(`corruption ${index}`, sizeBytes);
    const row = await bench.archive(index, bytes);
    return { row, jobId: await bench.readyJob(row), truth: fingerprintOf([bytes]) };
  });

/** The SHA-256 (hex) or CRC32 (base64) that S3 keeps over the whole object; null when there is no object. */
async function look(s3: S3Client, Key: string): Promise<string | null> {
  try {
    const head = await s3.send(new HeadObjectCommand({ Bucket: SETTINGS.bucket, Key, ChecksumMode: 'ENABLED' }));
    if (head.ChecksumType !== 'FULL_OBJECT') return '';
    const { ChecksumSHA256 } = head;
    return ChecksumSHA256 ? Buffer.from(ChecksumSHA256, 'base64').toString('hex') : (head.ChecksumCRC32 ?? '');
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
