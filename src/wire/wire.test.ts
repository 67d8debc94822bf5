import { defaultPayloadConverter } from '@temporalio/common';
import { emptyTally } from '../domain/tally';
import type { ArchiveRow, PreparedInventory, ShardContents, ShardIndexRow, ShardRef, ResumedRun } from './inventory';
import type { JobNotification, JobRef, InitiatedInventory } from './job';
import type { ArchivePageRequest, ArchiveStateRow, ArchiveStatus, RunProgress, TransferSummary } from './progress';
import type {
  ArchiveReport,
  ArchiveOutcome,
  Admission,
  ClosedShard,
  PauseGate,
  ShardReport,
  ProblemReport,
} from './signals';
import type { Receipt, StoredObject } from './receipt';
import type { RunSettings, TransferRequest } from './request';
import type { SeriesProgress, SeriesRequest, SeriesSettings, SeriesSummary, SeriesVaultProgress } from './series';
import type {
  BatchInput,
  BatchResult,
  CompleteInput,
  OpenedArchive,
  RangeInput,
  ReadAdoptedInput,
  InitiateBatchInput,
  InitiateBatchResult,
  SettledArchive,
} from './transfer';

/** Shapes that JSON can carry: no bigint, Date, Map, Set or bytes, at whatever depth. */
type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends bigint | symbol | Date | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | Uint8Array
    ? never
    : { [K in keyof T]: Plain<T[K]> };
const plain = <T>(sample: T & Plain<T>): T => sample;

const row = plain<ArchiveRow>({
  index: 9_999_999,
  archiveId: 'x'.repeat(138),
  // Glacier's largest archive.
  sizeBytes: 40_000 * 2 ** 30,
  treeHash: 'ab'.repeat(32),
  creationDate: '2012-05-15T17:19:46.700Z',
  description: 'Grüße \u{1F5FB} \u2028 "\\ \u0000',
  key: 'photos/Grüße.jpg',
  nameFormat: 'fastglacier',
  ownWorkflow: true,
});
const stored = plain<StoredObject>({
  key: 'k',
  versionId: null,
  storageClass: 'STANDARD',
  etag: '"e-1"',
  crc32: 'y/Q5Jg==',
  sizeBytes: row.sizeBytes,
  treeHash: row.treeHash,
  adopted: false,
  proof: 'read-back',
  requestId: 'r',
});
const settings = plain<RunSettings>({
  run: 'photos',
  startId: 'start-1',
  vault: 'photos',
  vaultArn: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos',
  bucket: 'b',
  bucketOwner: '111122223333',
  prefix: 'p/',
  storageClass: 'DEEP_ARCHIVE',
  tier: 'Bulk',
  inventory: null,
  decode: 'auto',
  names: null,
  filter: { include: ['*.tar'], limit: 5 },
  topicArn: null,
  // More than a safe number can say.
  rateLimits: { bytesPerDay: '100000000000000000000', requestsPerSecond: 100 },
  searchAttributes: true,
  lookFirst: true,
  largeArchiveBytes: 2 ** 26,
  wholeLimitBytes: 2 ** 26,
  minPartBytes: 2 ** 24,
  ownWorkflowUpTo: 0,
  shardArchives: 5_000,
  firstPollSeconds: 1,
  pollSeconds: 1,
  continueAsNewAfter: null,
});
const job = plain<JobRef>({ index: 3, jobId: 'j' });
const whole = { settings, archive: row, jobId: 'j' };
const failure = { index: 3, reason: 'KeyTaken', message: 'taken' } as const;
const report = plain<ShardReport>({
  shard: 1,
  sequence: 4,
  final: false,
  failures: { KeyTaken: 2 },
  throttle: { requestsPerSecond: 2.5 },
  retries: 1,
  neededBytes: 4_398_046_511_104,
  requestedBytes: 1,
  archives: { ...emptyTally().archives, total: 7 },
  bytes: { ...emptyTally().bytes, total: '10000000000000000000' },
});
const summary = plain<TransferSummary>({
  ...emptyTally(),
  run: 'photos',
  vault: 'photos',
  state: 'completed-with-failures',
  quarantinedRows: 1,
  failures: { HashMismatch: 1 },
  startedAt: '2026-05-01T00:00:00.000Z',
  finishedAt: '2026-05-02T00:00:00.000Z',
  location: 's3://b/.glacier-transfer/photos/',
});
const times = { requestedAt: '2026-05-01T00:00:00.000Z', readyAt: null, settledAt: null };
const { ownWorkflow: _own, ...ofReceipt } = row;
const endedVault = plain<SeriesVaultProgress>({
  vault: 'photos',
  run: 'all-photos',
  state: 'completed-with-failures',
  reason: null,
  message: null,
  tally: { archives: report.archives, bytes: report.bytes },
  quarantinedRows: 1,
});
const series = plain<SeriesProgress>({
  name: 'all',
  order: 'parallel',
  rateLimits: settings.rateLimits,
  state: 'transferring',
  detail: 'd',
  startedAt: '2026-05-01T00:00:00.000Z',
  finishedAt: null,
  vaults: [
    endedVault,
    { ...endedVault, run: 'all-films', state: 'failed', reason: 'NoInventoryYet', message: 'm', tally: null },
  ],
});

test.each<[string, unknown]>([
  ['ArchiveRow', row],
  ['ShardRef', plain<ShardRef>({ run: 'photos', startId: 's', shard: 1, bucket: 'b', bucketOwner: '111122223333' })],
  [
    'PreparedInventory',
    plain<PreparedInventory>({
      inventoryDate: null,
      shardCount: 2_000,
      total: { archives: 10_000_000, bytes: '10000000000000000000' },
      excluded: { archives: 1, bytes: '5' },
      gaps: 1,
      quarantinedRows: 0,
    }),
  ],
  [
    'ShardContents',
    plain<ShardContents>({
      firstIndex: 5,
      sizesBytes: [1, 2],
      ownWorkflow: [{ index: 6, archiveId: 'a' }],
      verified: [5],
      nextBatch: 3,
    }),
  ],
  ['TakenUp', plain<ResumedRun>({ closed: emptyTally(), reopened: [3], nextShard: 7 })],
  ['JobRef', job],
  ['OrderedInventory', plain<InitiatedInventory>({ jobId: 'j', finished: false })],
  ['JobNotification', plain<JobNotification>({ ...job, status: 'Gone', message: '' })],
  ['ShardReport', report],
  ['ClosedShard', plain<ClosedShard>({ shard: 1, report: null })],
  ['ClosedShard with its report', plain<ClosedShard>({ shard: 1, report })],
  ['TransferSummary', summary],
  [
    'RunProgress',
    plain<RunProgress>({
      ...summary,
      bucket: 'b',
      bucketOwner: null,
      prefix: '',
      detail: 'd',
      finishedAt: null,
      shardCount: 2,
      openShards: [0, 1],
      inventoryDate: null,
      gaps: 0,
      tier: 'Bulk',
      lastHourBytes: '4398046511104',
      rateLimits: { bytesPerDay: '100000000000000000000', requestsPerSecond: 0.5 },
      admittedBytes: '10000000000000000000',
      limitedBy: 'inFlight',
      problem: { reason: 'AccessDenied', message: 'allow s3:PutObject' },
      throttle: { requestsPerSecond: 2.5 },
    }),
  ],
  ['Allowance', plain<Admission>({ sequence: 1, admittedBytes: 4_398_046_511_104, requestsPerSecond: 100 })],
  ['ShardIndexRow', plain<ShardIndexRow>({ shard: 1, firstIndex: 5_000, archives: 5_000, bytes: '10' })],
  ['Trouble', plain<ProblemReport>({ from: 3, problem: null })],
  ['GateOrder', plain<PauseGate>({ sequence: 1, state: 'probe' })],
  ['ArchiveStateRow', plain<ArchiveStateRow>({ index: 1, state: 'moving', reason: null })],
  ['ArchivePageRequest', plain<ArchivePageRequest>({ from: 0, limit: 1_000 })],
  [
    'ArchiveStatus',
    plain<ArchiveStatus>({
      ...times,
      archiveId: 'a',
      index: 1,
      key: null,
      sizeBytes: 1,
      state: 'waiting',
      jobIds: ['j'],
      movedBytes: 0,
      reason: null,
      message: null,
    }),
  ],
  ['ArchiveNews', plain<ArchiveReport>({ index: 1, state: 'moving', throttle: null })],
  ['ArchiveOutcome', plain<ArchiveOutcome>({ outcome: 'failed', reason: 'KeyTaken' })],
  ['StoredObject', stored],
  [
    'Receipt',
    plain<Receipt>({
      ...ofReceipt,
      ...times,
      receiptVersion: 1,
      run: 'photos',
      shard: 1,
      vaultArn: settings.vaultArn,
      bucket: 'b',
      storageClass: 'STANDARD',
      outcome: 'verified',
      reason: null,
      message: null,
      stored,
      jobIds: [],
      settledAt: '2026-05-02T00:00:00.000Z',
      softwareVersion: '0',
    }),
  ],
  ['TransferRequest', plain<TransferRequest>({ vault: 'v', bucket: 'b', tuning: { pollSeconds: 5 } })],
  ['RunSettings', settings],
  [
    'SeriesRequest',
    plain<SeriesRequest>({
      vaults: [{ run: 'all-photos', request: { vault: 'photos', bucket: 'b', prefix: 'photos/' } }],
      order: 'sequential',
      rateLimits: { requestsPerSecond: 0.5 },
    }),
  ],
  [
    'SeriesSettings',
    plain<SeriesSettings>({ order: 'parallel', rateLimits: settings.rateLimits, searchAttributes: false }),
  ],
  ['SeriesProgress', series],
  [
    'SeriesSummary',
    plain<SeriesSummary>({
      ...series,
      state: 'completed-with-failures',
      archives: report.archives,
      bytes: report.bytes,
    }),
  ],
  ['OpenedArchive', plain<OpenedArchive>({ archive: row, stored: null, jobId: 'j', throttle: null })],
  [
    'ReadAdoptedInput',
    plain<ReadAdoptedInput>({
      settings,
      archive: row,
      crc32: null,
      progress: { etag: '"e-1"', reads: 1, doneBytes: 2 ** 45, roots: [{ leaves: 2 ** 25, root: 'ab' }] },
    }),
  ],
  [
    'RangeInput',
    plain<RangeInput>({ ...whole, uploadId: 'u', range: 0, proved: [{ part: 1, root: 'ab', crc32: 2 ** 32 - 1 }] }),
  ],
  [
    'CompleteInput',
    plain<CompleteInput>({
      settings,
      archive: row,
      uploadId: 'u',
      ranges: [{ range: 0, treeHash: 'ab', crc32: 2 ** 32 - 1, sizeBytes: 2 ** 40 }],
    }),
  ],
  [
    'BatchInput',
    plain<BatchInput>({
      settings,
      shard: 1,
      batch: 2,
      jobs: [
        { ...job, requestedAtMs: Date.UTC(2026, 4, 1), readyAtMs: Date.UTC(2026, 4, 2), lastTry: true, readBack: true },
      ],
    }),
  ],
  [
    'BatchResult',
    plain<BatchResult>({ verified: [1], failed: [failure], expired: [], notReady: [2], unsettled: [4], problem: null }),
  ],
  [
    'RequestBatchInput',
    plain<InitiateBatchInput>({
      settings,
      shard: 1,
      workflowId: 'photos/shard-000001',
      batch: 1,
      indexes: [1, 2],
      mayHaveJobs: [2],
      requestsPerSecond: 1_000,
    }),
  ],
  [
    'RequestBatchResult',
    plain<InitiateBatchResult>({
      jobs: [job],
      adopted: [1],
      toRead: [3],
      failed: [failure],
      unsettled: [2],
      possiblyInitiated: [2],
      throttle: null,
      problem: null,
    }),
  ],
  ['SettledArchive', plain<SettledArchive>({ ...failure, outcome: 'failed', jobIds: ['j'] })],
])('%s crosses Temporal unchanged', (_name, sample) => {
  const payload = defaultPayloadConverter.toPayload(sample);
  expect(defaultPayloadConverter.fromPayload(payload)).toEqual(sample);
  expect(JSON.parse(JSON.stringify(sample))).toStrictEqual(sample);
});
