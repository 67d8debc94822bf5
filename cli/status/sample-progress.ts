import { TallyBook } from '../../src/domain/tally';
import type { RunProgress } from '../../src/wire/progress';

const MIB = 1024 * 1024;

/** A run of 10 archives of 100 MiB in the middle of its work, for tests; `change` replaces fields. */
export function sampleProgress(change: Partial<RunProgress> = {}): RunProgress {
  const tally = new TallyBook();
  tally.add('requested', 300 * MIB, 3);
  tally.add('ready', 100 * MIB, 1);
  tally.add('moving', 100 * MIB, 1);
  tally.add('verified', 400 * MIB, 4);
  tally.add('failed', 100 * MIB, 1);
  return {
    ...tally.toWire(),
    run: 'photos-1',
    vault: 'photos',
    bucket: 'my-bucket',
    bucketOwner: '111122223333',
    prefix: 'photos/',
    state: 'transferring',
    detail: '1 archive is being copied, 3 wait for Glacier.',
    startedAt: '2026-11-23T10:00:00.000Z',
    finishedAt: null,
    shardCount: 1,
    openShards: [0],
    quarantinedRows: 0,
    gaps: 0,
    tier: 'Bulk',
    lastHourBytes: null,
    rateLimits: { bytesPerDay: String(100 * 1024 ** 4), requestsPerSecond: 100 },
    admittedBytes: String(1_000 * MIB),
    limitedBy: null,
    inventoryDate: '2026-11-22T08:00:00.000Z',
    failures: { KeyTaken: 1 },
    problem: null,
    throttle: null,
    location: 's3://my-bucket/.glacier-transfer/photos-1/',
    ...change,
  };
}
