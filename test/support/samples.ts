import type { JobRef } from '../../src/wire/job';
import type { InitiateBatchResult } from '../../src/wire/transfer';
import type { ArchiveRow } from '../../src/wire/inventory';
import type { StoredObject } from '../../src/wire/receipt';
import type { RunSettings } from '../../src/wire/request';

/** Values for tests that need some settings, archive or object, and say themselves what matters to them. */
export const SETTINGS: RunSettings = {
  run: 'run-1',
  startId: 'start-1',
  vault: 'photos',
  vaultArn: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos',
  bucket: 'destination',
  bucketOwner: '111122223333',
  prefix: '',
  storageClass: 'STANDARD_IA',
  tier: 'Bulk',
  inventory: null,
  decode: 'auto',
  names: null,
  filter: {},
  topicArn: null,
  rateLimits: { bytesPerDay: '1000000000000', requestsPerSecond: 100 },
  searchAttributes: false,
  lookFirst: true,
  largeArchiveBytes: 64 * 2 ** 20,
  wholeLimitBytes: 64 * 2 ** 20,
  minPartBytes: 8 * 2 ** 20,
  ownWorkflowUpTo: 0,
  shardArchives: 5_000,
  firstPollSeconds: 60,
  pollSeconds: 60,
  continueAsNewAfter: null,
};

export const ARCHIVE: ArchiveRow = {
  index: 3,
  archiveId: 'arc',
  sizeBytes: 9,
  treeHash: 'ab',
  creationDate: '2020-01-01T00:00:00Z',
  description: 'd',
  key: 'k',
  nameFormat: 'plain',
  ownWorkflow: true,
};

export const STORED: StoredObject = {
  key: ARCHIVE.key,
  versionId: null,
  storageClass: 'STANDARD',
  etag: '"e"',
  crc32: 'AAAAAA==',
  sizeBytes: ARCHIVE.sizeBytes,
  treeHash: ARCHIVE.treeHash,
  adopted: true,
  proof: 'metadata',
  requestId: 'r',
};

/** What a batch answers whose every archive was requested. */
export const allRequested = (jobs: readonly JobRef[]): InitiateBatchResult => ({
  jobs,
  adopted: [],
  failed: [],
  unsettled: [],
  possiblyInitiated: [],
  throttle: null,
  problem: null,
});
