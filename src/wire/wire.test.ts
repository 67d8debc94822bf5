import { defaultPayloadConverter } from '@temporalio/common';
import { emptyTally } from '../domain/tally';
import type { ArchiveRow, PreparedInventory, ResumedRun, ShardContents, ShardIndexRow, ShardRef } from './inventory';
import type { InitiatedInventory, JobNotification, JobRef } from './job';
import type { ArchivePageRequest, ArchiveStateRow, ArchiveStatus, RunProgress, TransferSummary } from './progress';
import type { Receipt } from './receipt';
import type { RunSettings, TransferRequest } from './request';
import type { SeriesProgress, SeriesRequest, SeriesSettings, SeriesSummary } from './series';
import type {
  Admission,
  ArchiveOutcome,
  ArchiveReport,
  ClosedShard,
  PauseGate,
  ProblemReport,
  ShardReport,
} from './signals';
import type {
  BatchInput,
  BatchResult,
  CompleteInput,
  InitiateBatchInput,
  InitiateBatchResult,
  OpenedArchive,
  RangeInput,
  RangeResult,
  ReadAdoptedInput,
  SettledArchive,
  WholeInput,
} from './transfer';

/** Types that JSON preserves: no bigint, Date, Map, Set or bytes, at any depth. */
type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends bigint | symbol | Date | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | Uint8Array
    ? never
    : { [K in keyof T]: Plain<T[K]> };

/** Every type of an input, a result or a message. */
type Wire =
  | (ArchiveRow | PreparedInventory | ResumedRun | ShardContents | ShardIndexRow | ShardRef)
  | (InitiatedInventory | JobNotification | JobRef)
  | (ArchivePageRequest | ArchiveStateRow | ArchiveStatus | RunProgress | TransferSummary)
  | (Receipt | RunSettings | TransferRequest)
  | (SeriesProgress | SeriesRequest | SeriesSettings | SeriesSummary)
  | (Admission | ArchiveOutcome | ArchiveReport | ClosedShard | PauseGate | ProblemReport | ShardReport)
  | (BatchInput | BatchResult | CompleteInput | InitiateBatchInput | InitiateBatchResult | OpenedArchive)
  | (RangeInput | RangeResult | ReadAdoptedInput | SettledArchive | WholeInput);

/** Does not compile if a type of {@link Wire} is not plain. */
const plain = (sample: Wire): Plain<Wire> => sample;

const row: ArchiveRow = {
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
};
const report: ShardReport = {
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
};
const batch: BatchResult = {
  verified: [1],
  failed: [{ index: 3, reason: 'KeyTaken', message: 'taken' }],
  expired: [],
  notReady: [2],
  unsettled: [4],
  problem: null,
};
const request: SeriesRequest = {
  vaults: [{ run: 'all-photos', request: { vault: 'photos', bucket: 'b', tuning: { pollSeconds: 5 } } }],
  // More than a safe number can hold.
  rateLimits: { bytesPerDay: '100000000000000000000', requestsPerSecond: 0.5 },
};

test.each<[string, Wire]>([
  ['an archive with any characters in its description', row],
  ['a signal with counters', report],
  ['a result with lists and null', batch],
  ['a request with optional fields left out', request],
])('the wire format preserves %s', (_kind, sample) => {
  const payload = defaultPayloadConverter.toPayload(plain(sample));
  expect(defaultPayloadConverter.fromPayload(payload)).toEqual(sample);
  expect(JSON.parse(JSON.stringify(sample))).toStrictEqual(sample);
});
