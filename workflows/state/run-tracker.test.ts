import * as fc from 'fast-check';
import { TallyBook } from '../../src/domain/tally';
import { Failure } from '../../src/failures';
import type { PreparedInventory } from '../../src/wire/inventory';
import { ARCHIVE_STATES } from '../../src/wire/progress';
import type { ShardReport } from '../../src/wire/signals';
import type { RunSettings } from '../../src/wire/request';
import { SETTINGS as SAMPLE } from '../../test/support/samples';
import { RunTracker, type RunCarry } from './run-tracker';
import type { Release } from './shard-tracker';
import { propertyRuns } from '../../test/support/property-runs';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 4, 1);
const REQUEST = { vault: 'photos', bucket: 'b' };
const SETTINGS: RunSettings = {
  ...SAMPLE,
  run: 'photos-1',
  bucket: 'b',
  prefix: 'p/',
  rateLimits: { bytesPerDay: '1000', requestsPerSecond: 100 },
};
const SHARD_ARCHIVES = 3;
const SHARD_BYTES = 500;

const preparedOf = (shardCount: number): PreparedInventory => ({
  inventoryDate: null,
  shardCount,
  total: { archives: SHARD_ARCHIVES * shardCount, bytes: String(SHARD_BYTES * shardCount) },
  excluded: { archives: 0, bytes: '0' },
  gaps: 0,
  quarantinedRows: 0,
});

function transferring(shardCount: number, settings = SETTINGS): RunTracker {
  const tracker = new RunTracker('photos-1', REQUEST, START_MS, null);
  tracker.accepted(settings);
  tracker.transfer(preparedOf(shardCount));
  return tracker;
}

/** Releases the next shard, which the limits allow. */
function release(tracker: RunTracker, nowMs = START_MS): Release {
  const { admission: allowance } = tracker.admission.admit(nowMs);
  return tracker.shards.release(allowance.admittedBytes);
}

/** Report number `sequence` of a shard: this many of its three archives are settled, the last of them as failed. */
function reportOf(shard: number, sequence: number, settled: number): ShardReport {
  const tracker = new TallyBook();
  const failed = settled === SHARD_ARCHIVES ? 1 : 0;
  tracker.add('verified', 100 * (settled - failed), settled - failed);
  tracker.add('failed', 100 * failed, failed);
  tracker.add('moving', SHARD_BYTES - 100 * settled, SHARD_ARCHIVES - settled);
  const failures = failed === 0 ? {} : { [Failure.SourceMissing]: failed };
  const begun = { neededBytes: SHARD_BYTES, requestedBytes: SHARD_BYTES };
  const final = settled === SHARD_ARCHIVES;
  return { shard, sequence, final, failures, throttle: null, retries: 0, ...begun, ...tracker.toWire() };
}

function expectConsistent(tracker: RunTracker, shardCount: number): void {
  const { archives, bytes, failures } = tracker.progress();
  expect(archives.total).toBe(SHARD_ARCHIVES * shardCount);
  expect(bytes.total).toBe(String(SHARD_BYTES * shardCount));
  expect(ARCHIVE_STATES.reduce((sum, state) => sum + archives[state], 0)).toBe(archives.total);
  expect(ARCHIVE_STATES.every((state) => archives[state] >= 0 && BigInt(bytes[state]) >= 0n)).toBe(true);
  expect(Object.values(failures).every((count) => count > 0)).toBe(true);
  expect(Object.values(failures).reduce((sum, count) => sum + count, 0)).toBe(archives.failed);
}

/** The tracker after continue-as-new. */
function continuedAsNew(tracker: RunTracker): RunTracker {
  const carry = JSON.parse(JSON.stringify(tracker.carry())) as RunCarry;
  expect(carry).toEqual(tracker.carry());
  const next = new RunTracker('photos-1', REQUEST, START_MS + DAY_MS, carry);
  expect(next.progress()).toEqual(tracker.progress());
  expect(next.nextAdmissionAtMs).toBe(tracker.nextAdmissionAtMs);
  return next;
}

const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('release' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('hear' as const),
      shard: fc.integer({ min: 0, max: 7 }),
      sequence: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('close' as const),
      shard: fc.integer({ min: 0, max: 7 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('continueAsNew' as const) }) },
);

test('totals always match the inventory, with repeated, reordered and unknown reports, closed shards and continue-as-new', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(event, { maxLength: 60 }), (shardCount, events) => {
      let tracker = transferring(shardCount);
      for (const step of events) {
        if (step.kind === 'release') {
          if (tracker.nextAdmissionAtMs !== Infinity) release(tracker);
        } else if (step.kind === 'hear') {
          tracker.handleReport(reportOf(step.shard, step.sequence, step.sequence - 1), START_MS);
        } else if (step.kind === 'close') {
          tracker.reconcile(reportOf(step.shard, 9, SHARD_ARCHIVES));
        } else {
          tracker = continuedAsNew(tracker);
        }
        expectConsistent(tracker, shardCount);
      }
      while (!tracker.settled) {
        if (tracker.nextAdmissionAtMs !== Infinity) release(tracker);
        for (const shard of tracker.shards.openShards)
          tracker.handleReport(reportOf(shard, 9, SHARD_ARCHIVES), START_MS);
      }
      tracker.end('completed-with-failures', '', START_MS + 1);
      expectConsistent(tracker, shardCount);
      expect(tracker.progress().archives).toMatchObject({ waiting: 0, requested: 0, ready: 0, moving: 0 });
    }),
    { numRuns: propertyRuns(300) },
  );
});

test('a repeated final report is counted once', () => {
  const tracker = transferring(1);
  release(tracker);
  tracker.handleReport(reportOf(0, 4, SHARD_ARCHIVES), START_MS);
  tracker.handleReport(reportOf(0, 4, SHARD_ARCHIVES), START_MS);
  expect(tracker.settled).toBe(true);
  expect(tracker.progress().archives).toMatchObject({ verified: 2, failed: 1, total: 3 });
});

test('an older report does not undo a newer one', () => {
  const tracker = transferring(1);
  release(tracker);
  tracker.handleReport(reportOf(0, 3, 2), START_MS);
  tracker.handleReport(reportOf(0, 2, 1), START_MS);
  expect(tracker.progress().archives.verified).toBe(2);
});

test('the next shard is released when the one before has requested everything, as far as the bytes per day allow', () => {
  const tracker = transferring(4);
  // A burst of five minutes is available from the start.
  expect(tracker.nextAdmissionAtMs).toBe(START_MS);
  expect(release(tracker).shard).toBe(0);
  expect(tracker.nextAdmissionAtMs).toBe(Infinity);
  tracker.handleReport(reportOf(0, 1, 0), START_MS);
  // 500 of 1,000 bytes per day.
  expect(tracker.progress().limitedBy).toBe('bytesPerDay');
  const paidOffMs = tracker.nextAdmissionAtMs - START_MS;
  expect(paidOffMs / DAY_MS).toBeCloseTo(0.5, 2);
  expect(release(tracker, tracker.nextAdmissionAtMs).shard).toBe(1);
  tracker.reconcile(reportOf(1, 1, SHARD_ARCHIVES));
  expect(tracker.nextAdmissionAtMs - START_MS).toBeGreaterThan(paidOffMs);
});

test('a shard that has requested everything admitted is admitted more, and a new rate limit applies at once', () => {
  const tracker = transferring(2);
  expect(tracker.admission.admit(START_MS)).toMatchObject({ shard: null, admission: { admittedBytes: 3 } });
  tracker.shards.release(3);
  tracker.handleReport({ ...reportOf(0, 1, 0), requestedBytes: 100 }, START_MS);
  expect(tracker.progress()).toMatchObject({ limitedBy: 'bytesPerDay', admittedBytes: '100' });
  const slow = tracker.nextAdmissionAtMs;
  tracker.setRateLimits({ bytesPerDay: '10000' }, START_MS);
  expect(tracker.nextAdmissionAtMs).toBeLessThan(slow);
  expect(tracker.admission.areRatesDue).toBe(false);
  expect(tracker.admission.admit(tracker.nextAdmissionAtMs)).toMatchObject({
    shard: 0,
    admission: { admittedBytes: 135 },
  });
  tracker.shards.admit(0, 135);
  expect(tracker.progress()).toMatchObject({ limitedBy: 'requestsPerSecond', rateLimits: { bytesPerDay: '10000' } });
  tracker.setRateLimits({ requestsPerSecond: 7 }, START_MS);
  expect(tracker.admission.takeRates(START_MS)).toMatchObject([
    { shard: 0, admission: { admittedBytes: 135, requestsPerSecond: 7 } },
  ]);
  expect(continuedAsNew(tracker).progress().rateLimits).toEqual({ bytesPerDay: '10000', requestsPerSecond: 7 });
});

test('no more than 200 shards are open at a time', () => {
  const tracker = transferring(201);
  tracker.setRateLimits({ bytesPerDay: '1000000000' }, START_MS);
  for (let shard = 0; shard < 200; shard += 1) {
    tracker.handleReport(reportOf(release(tracker).shard, 1, 0), START_MS);
  }
  expect(tracker.nextAdmissionAtMs).toBe(Infinity);
  tracker.handleReport(reportOf(17, 2, SHARD_ARCHIVES), START_MS);
  expect(tracker.nextAdmissionAtMs).not.toBe(Infinity);
});

test('a cancelled run skips what no shard has started, without inventing failures', () => {
  const tracker = transferring(2);
  tracker.cancelling();
  tracker.end('cancelled', 'cancelled', START_MS + 5);
  expect(tracker.summary()).toMatchObject({ state: 'cancelled', archives: { skipped: 6, failed: 0 }, failures: {} });
  expect(tracker.summary().failures).toEqual({});
});

test('before the request is accepted a run has progress, but no state for continue-as-new', () => {
  const tracker = new RunTracker('photos-1', REQUEST, START_MS, null);
  expect(tracker.carry()).toBeNull();
  expect(tracker.nextAdmissionAtMs).toBe(Infinity);
  expect(tracker.progress()).toMatchObject({
    state: 'inventory',
    startedAt: '2026-05-01T00:00:00.000Z',
    finishedAt: null,
    location: 's3://b/.glacier-transfer/photos-1/',
    archives: { total: 0 },
  });
});

/** The first shard has closed with a failed archive, the second is open with one. */
function withFailures(): RunTracker {
  const tracker = transferring(3);
  tracker.handleReport(reportOf(release(tracker).shard, 1, SHARD_ARCHIVES), START_MS);
  tracker.handleReport({ ...reportOf(release(tracker).shard, 1, SHARD_ARCHIVES), final: false }, START_MS);
  return tracker;
}

test('a retry reopens closed shards from their receipts, and signals open ones', () => {
  const tracker = withFailures();
  expect(tracker.rejection('retryFailed')).toBeNull();
  tracker.retry();
  expect(tracker.startRetry()).toBe(1);
  // According to the receipts, shard 0 is not done.
  tracker.resumeFrom({ closed: new TallyBook().toWire(), reopened: [0], nextShard: 2 });
  expectConsistent(tracker, 3);
  expect(tracker.progress().archives.waiting).toBe(2 * SHARD_ARCHIVES);
  expect(release(tracker)).toEqual({ shard: 0, reopened: true, retries: 1 });
  tracker.handleReport({ ...reportOf(0, 1, 0), retries: 1 }, START_MS);
  expect(release(tracker)).toEqual({ shard: 2, reopened: false, retries: 1 });
  continuedAsNew(tracker);
});

test('a shard that closes before it receives a retry is reopened, once', () => {
  const tracker = withFailures();
  tracker.retry();
  tracker.startRetry();
  tracker.resumeFrom({ closed: new TallyBook().toWire(), reopened: [0], nextShard: 2 });
  tracker.handleReport({ ...reportOf(1, 2, SHARD_ARCHIVES), retries: 0 }, START_MS);
  expect(tracker.shards.openShards).toEqual([]);
  const released = [release(tracker), release(tracker)].map(({ shard }) => shard);
  expect(released).toEqual([0, 1]);
  for (const shard of released) tracker.handleReport({ ...reportOf(shard, 1, SHARD_ARCHIVES), retries: 1 }, START_MS);
  expect(tracker.progress()).toMatchObject({ archives: { failed: 2, waiting: 3 }, openShards: [] });
  expectConsistent(tracker, 3);
});

test('a shard that closes while receipts are read is counted once', () => {
  const tracker = withFailures();
  tracker.retry();
  tracker.startRetry();
  tracker.handleReport({ ...reportOf(1, 2, SHARD_ARCHIVES), retries: 1 }, START_MS);
  tracker.resumeFrom({ closed: new TallyBook().toWire(), reopened: [0], nextShard: 2 });
  expectConsistent(tracker, 3);
  expect(tracker.progress().archives).toMatchObject({ verified: 2, failed: 1 });
});

test('a paused run releases no shard and reports that it is paused', () => {
  const tracker = transferring(2);
  tracker.gate.pause();
  expect(tracker.nextAdmissionAtMs).toBe(Infinity);
  expect(tracker.progress().state).toBe('paused');
  expect(tracker.rejection('pause')).toContain('already paused');
  expect(continuedAsNew(tracker).progress().state).toBe('paused');
  tracker.resume();
  expect(tracker.nextAdmissionAtMs).toBe(START_MS);
  expect(tracker.rejection('resume')).toContain('neither paused');
  expect(tracker.rejection('retryFailed')).toContain('no archive');
});

test("a problem of an open shard is shown as the run's state; that of any other is ignored", () => {
  const tracker = transferring(2);
  const problem = { reason: Failure.AccessDenied, message: 'allow s3:PutObject' };
  tracker.handleProblem(0, problem, START_MS);
  expect(tracker.progress()).toMatchObject({ state: 'transferring', problem: null });
  release(tracker);
  tracker.handleProblem(0, problem, START_MS);
  expect(tracker.progress()).toMatchObject({ state: 'attention', problem, detail: 'allow s3:PutObject' });
  tracker.cancelling();
  expect(tracker.progress()).toMatchObject({ state: 'cancelling', problem: null });
  expect(tracker.rejection('pause')).toContain('cancelled');
  tracker.end('cancelled', '', START_MS);
  expect(tracker.rejection('resume')).toBe('the run is over: cancelled');
});
