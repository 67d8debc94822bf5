import { z } from 'zod';
import { planParts } from '../../src/domain/part-plan';
import { Failure } from '../../src/failures';
import { isPartOfRun } from '../../src/ids';
import { NAME_FORMATS, type ArchiveRow } from '../../src/wire/inventory';
import { RUN_STATES, type ByteCounts, type Counts, type TransferSummary } from '../../src/wire/progress';
import { OUTCOMES, PROOFS, type StoredObject } from '../../src/wire/receipt';
import type { RunSettings, TransferRequest } from '../../src/wire/request';
import type { SeriesRequest } from '../../src/wire/series';
import type {
  BatchInput,
  CompleteInput,
  RangeInput,
  ReadAdoptedInput,
  InitiateBatchInput,
  SettledArchive,
} from '../../src/wire/transfer';
import { MAX_SHARD_ARCHIVES, rateLimits } from '../request-schema';
import {
  archiveBytes,
  archiveId,
  archiveIndex,
  batchNumber,
  count,
  crc32,
  crc32InBase64,
  decimal,
  freeText,
  instant,
  instantMs,
  jobId,
  objectKey,
  runName,
  shardNumber,
  treeHash,
  uploadId,
  vaultName,
} from './fields';
import { partProofs, readProgress } from './positions';
import { runSettings } from './settings';

/** A run has at most a few hundred open shards. */
const MAX_OPEN_SHARDS = 10_000;
/** Quota of vaults per account and Region. */
const MAX_RUNS = 1_000;
/** Jobs that one archive may have had. */
const MAX_JOBS = 100;
/** No archive has more ranges. */
const MAX_RANGES = 10_000;

const archive: z.ZodType<ArchiveRow> = z.object({
  index: archiveIndex,
  archiveId,
  sizeBytes: archiveBytes,
  treeHash,
  creationDate: z.string().max(64),
  description: freeText,
  key: objectKey,
  nameFormat: z.enum(NAME_FORMATS),
  ownWorkflow: z.boolean(),
});

/** An archive is written under its run's prefix and nowhere else. */
const isUnderPrefix = (input: { readonly settings: RunSettings; readonly archive: ArchiveRow }): boolean =>
  input.archive.key.startsWith(input.settings.prefix);
const UNDER_PREFIX = { path: ['archive', 'key'], error: 'the key does not start with the prefix of the run' };

const ofArchive = z.object({ settings: runSettings, archive });
const whole = ofArchive.extend({ jobId });
const upload = ofArchive.extend({ uploadId });
const range: z.ZodType<RangeInput> = whole
  .extend({ uploadId, range: count, proved: partProofs })
  .refine(isUnderPrefix, UNDER_PREFIX)
  .refine((input) => input.range < planParts(input.archive.sizeBytes, input.settings.minPartBytes).rangeCount, {
    path: ['range'],
    error: 'the archive has no such range',
  });
const complete: z.ZodType<CompleteInput> = upload
  .extend({
    ranges: z.array(z.object({ range: count, treeHash, crc32, sizeBytes: archiveBytes })).max(MAX_RANGES),
  })
  .refine(isUnderPrefix, UNDER_PREFIX);

const reading: z.ZodType<ReadAdoptedInput> = ofArchive
  .extend({ crc32: crc32InBase64.nullable(), progress: readProgress.nullable() })
  .refine(isUnderPrefix, UNDER_PREFIX);

/** The workflow to which the bridge delivers the notifications of a job is one of this run. */
const OF_RUN = { path: ['workflowId'], error: 'not a shard or archive of the run' };

const indexes = z.array(archiveIndex).max(MAX_SHARD_ARCHIVES);
const initiateBatch: z.ZodType<InitiateBatchInput> = z
  .object({
    settings: runSettings,
    shard: shardNumber,
    workflowId: z.string(),
    batch: batchNumber,
    indexes,
    mayHaveJobs: indexes,
    requestsPerSecond: rateLimits.shape.requestsPerSecond,
  })
  .refine(({ workflowId, settings }) => isPartOfRun(workflowId, settings.run), OF_RUN);

const readyJob = z.object({
  index: archiveIndex,
  jobId,
  requestedAtMs: instantMs,
  readyAtMs: instantMs,
  lastTry: z.boolean(),
});
/** An archive to be read back has no job. */
const withoutJob = readyJob.extend({ jobId: z.literal(''), readBack: z.literal(true) });
const moveBatch: z.ZodType<BatchInput> = z.object({
  settings: runSettings,
  shard: shardNumber,
  batch: batchNumber,
  jobs: z.array(z.union([withoutJob, readyJob])).max(MAX_SHARD_ARCHIVES),
});

const stored: z.ZodType<StoredObject> = z.object({
  key: objectKey,
  versionId: freeText.nullable(),
  storageClass: freeText,
  etag: freeText,
  crc32: freeText.nullable(),
  sizeBytes: archiveBytes,
  treeHash,
  adopted: z.boolean(),
  proof: z.enum(PROOFS).exactOptional(),
  requestId: freeText,
});

const failure = z.enum(Failure);
const ending = z.object({
  shard: shardNumber,
  outcome: z.enum(OUTCOMES),
  reason: failure.nullable(),
  message: freeText.nullable(),
  stored: stored.nullable(),
  jobIds: z.array(jobId).max(MAX_JOBS),
  requestedAt: instant.nullable(),
  readyAt: instant.nullable(),
  settledAt: instant,
});
const settled: z.ZodType<SettledArchive> = z.object({
  index: archiveIndex,
  outcome: z.enum(['failed', 'skipped']),
  reason: failure,
  message: freeText,
  jobIds: z.array(jobId).max(MAX_JOBS),
});

const byState = <Value extends z.ZodType>(value: Value) => ({
  total: value,
  waiting: value,
  requested: value,
  ready: value,
  moving: value,
  verified: value,
  failed: value,
  skipped: value,
  excluded: value,
});
const counts: z.ZodType<Counts> = z.object(byState(count));
const byteCounts: z.ZodType<ByteCounts> = z.object(byState(decimal));
const summary: z.ZodType<TransferSummary> = z.object({
  run: runName,
  vault: vaultName,
  state: z.enum(RUN_STATES),
  quarantinedRows: count,
  failures: z.partialRecord(failure, count),
  startedAt: instant,
  finishedAt: instant,
  location: freeText,
  archives: counts,
  bytes: byteCounts,
});

const jobs = z.array(z.object({ index: z.int().min(-1).max(999_999_999), jobId })).max(MAX_SHARD_ARCHIVES);
const openShards = z.array(shardNumber).max(MAX_OPEN_SHARDS);

/** Arguments of the control activities: anyone with write access to the namespace may call them. */
export const controlInputs = {
  // These two validate requests of people and list every problem themselves.
  checkRequest: z.tuple([z.custom<TransferRequest>()]),
  checkSeries: z.tuple([z.custom<SeriesRequest>()]),
  initiateInventory: z.tuple([runSettings]),
  prepareInventory: z.tuple([runSettings, jobId.nullable()]),
  findPreparedInventory: z.tuple([runSettings]),
  resumeRun: z.tuple([runSettings, shardNumber, shardNumber, openShards]),
  openShard: z.tuple([runSettings, shardNumber, z.boolean()]),
  settleLostShard: z.tuple([runSettings, shardNumber]),
  findClosedShards: z.tuple([runName, openShards]),
  initiateRetrieval: z
    .tuple([runSettings, shardNumber, archiveIndex, z.string(), z.boolean()])
    .refine(([settings, , , workflowId]) => isPartOfRun(workflowId, settings.run), { ...OF_RUN, path: [3] }),
  checkJobs: z.tuple([runSettings, jobs]),
  initiateBatch: z.tuple([initiateBatch]),
  createUpload: z
    .tuple([runSettings, archive])
    .refine(([settings, row]) => isUnderPrefix({ settings, archive: row }), { ...UNDER_PREFIX, path: [1, 'key'] }),
  abortStrayUploads: z.tuple([runSettings, archive, instantMs]),
  completeUpload: z.tuple([complete]),
  abortUpload: z.tuple([upload]),
  writeReceipt: z.tuple([runSettings, archiveIndex, ending]),
  writeReceipts: z.tuple([runSettings, shardNumber, batchNumber, z.array(settled).max(MAX_SHARD_ARCHIVES)]),
  writeSummary: z.tuple([runSettings, summary]),
  cancelRun: z.tuple([runName]),
  updateRuns: z.tuple([z.array(runName).max(MAX_RUNS), z.enum(['pause', 'resume'])]),
};

/** Arguments of the activities that move bytes. */
export const bytesInputs = {
  moveWhole: z.tuple([whole.refine(isUnderPrefix, UNDER_PREFIX)]),
  moveRange: z.tuple([range]),
  moveBatch: z.tuple([moveBatch]),
  readAdopted: z.tuple([reading]),
};
