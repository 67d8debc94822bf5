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
  const ledger = new RunTracker('photos-1', REQUEST, START_MS, null);
  ledger.accepted(settings);
  ledger.transfer(preparedOf(shardCount));
  return ledger;
}

/** Releases the next shard, which the admission has room for. */
function release(ledger: RunTracker, nowMs = START_MS): Release {
  const { admission: allowance } = ledger.admission.admit(nowMs);
  return ledger.shards.release(allowance.admittedBytes);
}

/** Report number `sequence` of a shard: so many of its three archives are settled, the last of them as failed. */
function reportOf(shard: number, sequence: number, settled: number): ShardReport {
  const book = new TallyBook();
  const failed = settled === SHARD_ARCHIVES ? 1 : 0;
  book.add('verified', 100 * (settled - failed), settled - failed);
  book.add('failed', 100 * failed, failed);
  book.add('moving', SHARD_BYTES - 100 * settled, SHARD_ARCHIVES - settled);
  const failures = failed === 0 ? {} : { [Failure.SourceMissing]: failed };
  const begun = { neededBytes: SHARD_BYTES, requestedBytes: SHARD_BYTES };
  const final = settled === SHARD_ARCHIVES;
  return { shard, sequence, final, failures, throttle: null, retries: 0, ...begun, ...book.toWire() };
}

function expectConsistent(ledger: RunTracker, shardCount: number): void {
  const { archives, bytes, failures } = ledger.progress();
  expect(archives.total).toBe(SHARD_ARCHIVES * shardCount);
  expect(bytes.total).toBe(String(SHARD_BYTES * shardCount));
  expect(ARCHIVE_STATES.reduce((sum, state) => sum + archives[state], 0)).toBe(archives.total);
  expect(ARCHIVE_STATES.every((state) => archives[state] >= 0 && BigInt(bytes[state]) >= 0n)).toBe(true);
  expect(Object.values(failures).every((count) => count > 0)).toBe(true);
  expect(Object.values(failures).reduce((sum, count) => sum + count, 0)).toBe(archives.failed);
}

/** The ledger that a new run makes of what the former one gave it. */
function continuedAsNew(ledger: RunTracker): RunTracker {
  const carry = JSON.parse(JSON.stringify(ledger.carry())) as RunCarry;
  expect(carry).toEqual(ledger.carry());
  const next = new RunTracker('photos-1', REQUEST, START_MS + DAY_MS, carry);
  expect(next.progress()).toEqual(ledger.progress());
  expect(next.nextAdmissionAtMs).toBe(ledger.nextAdmissionAtMs);
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
      let ledger = transferring(shardCount);
      for (const happening of events) {
        if (happening.kind === 'release') {
          if (ledger.nextAdmissionAtMs !== Infinity) release(ledger);
        } else if (happening.kind === 'hear') {
          ledger.handleReport(reportOf(happening.shard, happening.sequence, happening.sequence - 1), START_MS);
        } else if (happening.kind === 'close') {
          ledger.reconcile(reportOf(happening.shard, 9, SHARD_ARCHIVES));
        } else {
          ledger = continuedAsNew(ledger);
        }
        expectConsistent(ledger, shardCount);
      }
      while (!ledger.settled) {
        if (ledger.nextAdmissionAtMs !== Infinity) release(ledger);
        for (const shard of ledger.shards.openShards) ledger.handleReport(reportOf(shard, 9, SHARD_ARCHIVES), START_MS);
      }
      ledger.end('completed-with-failures', '', START_MS + 1);
      expectConsistent(ledger, shardCount);
      expect(ledger.progress().archives).toMatchObject({ waiting: 0, requested: 0, ready: 0, moving: 0 });
    }),
    { numRuns: propertyRuns(300) },
  );
});

test('a repeated final report is counted once', () => {
  const ledger = transferring(1);
  release(ledger);
  ledger.handleReport(reportOf(0, 4, SHARD_ARCHIVES), START_MS);
  ledger.handleReport(reportOf(0, 4, SHARD_ARCHIVES), START_MS);
  expect(ledger.settled).toBe(true);
  expect(ledger.progress().archives).toMatchObject({ verified: 2, failed: 1, total: 3 });
});

test('an older report does not undo a newer one', () => {
  const ledger = transferring(1);
  release(ledger);
  ledger.handleReport(reportOf(0, 3, 2), START_MS);
  ledger.handleReport(reportOf(0, 2, 1), START_MS);
  expect(ledger.progress().archives.verified).toBe(2);
});

test('the next shard is released when the one before has requested everything, as far as the bytes per day allow', () => {
  const ledger = transferring(4);
  // Five minutes' worth are there from the start.
  expect(ledger.nextAdmissionAtMs).toBe(START_MS);
  expect(release(ledger).shard).toBe(0);
  expect(ledger.nextAdmissionAtMs).toBe(Infinity);
  ledger.handleReport(reportOf(0, 1, 0), START_MS);
  // 500 of 1,000 bytes per day.
  expect(ledger.progress().limitedBy).toBe('bytesPerDay');
  const paidOffMs = ledger.nextAdmissionAtMs - START_MS;
  expect(paidOffMs / DAY_MS).toBeCloseTo(0.5, 2);
  expect(release(ledger, ledger.nextAdmissionAtMs).shard).toBe(1);
  ledger.reconcile(reportOf(1, 1, SHARD_ARCHIVES));
  expect(ledger.nextAdmissionAtMs - START_MS).toBeGreaterThan(paidOffMs);
});

test('a shard that has requested everything admitted is admitted more, and a new rate limit applies at once', () => {
  const ledger = transferring(2);
  expect(ledger.admission.admit(START_MS)).toMatchObject({ shard: null, admission: { admittedBytes: 3 } });
  ledger.shards.release(3);
  ledger.handleReport({ ...reportOf(0, 1, 0), requestedBytes: 100 }, START_MS);
  expect(ledger.progress()).toMatchObject({ limitedBy: 'bytesPerDay', admittedBytes: '100' });
  const slow = ledger.nextAdmissionAtMs;
  ledger.setRateLimits({ bytesPerDay: '10000' }, START_MS);
  expect(ledger.nextAdmissionAtMs).toBeLessThan(slow);
  expect(ledger.admission.areRatesDue).toBe(false);
  expect(ledger.admission.admit(ledger.nextAdmissionAtMs)).toMatchObject({
    shard: 0,
    admission: { admittedBytes: 135 },
  });
  ledger.shards.admit(0, 135);
  expect(ledger.progress()).toMatchObject({ limitedBy: 'requestsPerSecond', rateLimits: { bytesPerDay: '10000' } });
  ledger.setRateLimits({ requestsPerSecond: 7 }, START_MS);
  expect(ledger.admission.takeRates(START_MS)).toMatchObject([
    { shard: 0, admission: { admittedBytes: 135, requestsPerSecond: 7 } },
  ]);
  expect(continuedAsNew(ledger).progress().rateLimits).toEqual({ bytesPerDay: '10000', requestsPerSecond: 7 });
});

test('no more than 200 shards are open at a time', () => {
  const ledger = transferring(201);
  ledger.setRateLimits({ bytesPerDay: '1000000000' }, START_MS);
  for (let shard = 0; shard < 200; shard += 1) {
    ledger.handleReport(reportOf(release(ledger).shard, 1, 0), START_MS);
  }
  expect(ledger.nextAdmissionAtMs).toBe(Infinity);
  ledger.handleReport(reportOf(17, 2, SHARD_ARCHIVES), START_MS);
  expect(ledger.nextAdmissionAtMs).not.toBe(Infinity);
});

test('a cancelled run skips what no shard has started, without inventing failures', () => {
  const ledger = transferring(2);
  ledger.cancelling();
  ledger.end('cancelled', 'cancelled', START_MS + 5);
  expect(ledger.summary()).toMatchObject({ state: 'cancelled', archives: { skipped: 6, failed: 0 }, failures: {} });
  expect(ledger.summary().failures).toEqual({});
});

test('before the request is accepted a run has progress, but no state for continue-as-new', () => {
  const ledger = new RunTracker('photos-1', REQUEST, START_MS, null);
  expect(ledger.carry()).toBeNull();
  expect(ledger.nextAdmissionAtMs).toBe(Infinity);
  expect(ledger.progress()).toMatchObject({
    state: 'inventory',
    startedAt: '2026-05-01T00:00:00.000Z',
    finishedAt: null,
    location: 's3://b/.glacier-transfer/photos-1/',
    archives: { total: 0 },
  });
});

/** The first shard has closed with a failed archive, the second is open with one. */
function withFailures(): RunTracker {
  const ledger = transferring(3);
  ledger.handleReport(reportOf(release(ledger).shard, 1, SHARD_ARCHIVES), START_MS);
  ledger.handleReport({ ...reportOf(release(ledger).shard, 1, SHARD_ARCHIVES), final: false }, START_MS);
  return ledger;
}

test('a retry reopens closed shards from their receipts, and signals open ones', () => {
  const ledger = withFailures();
  expect(ledger.rejection('retryFailed')).toBeNull();
  ledger.retry();
  expect(ledger.startRetry()).toBe(1);
  // What the receipts say: shard 0 is not done.
  ledger.resumeFrom({ closed: new TallyBook().toWire(), reopened: [0], nextShard: 2 });
  expectConsistent(ledger, 3);
  expect(ledger.progress().archives.waiting).toBe(2 * SHARD_ARCHIVES);
  expect(release(ledger)).toEqual({ shard: 0, reopened: true, retries: 1 });
  ledger.handleReport({ ...reportOf(0, 1, 0), retries: 1 }, START_MS);
  expect(release(ledger)).toEqual({ shard: 2, reopened: false, retries: 1 });
  continuedAsNew(ledger);
});

test('a shard that closes before it receives a retry is reopened, once', () => {
  const ledger = withFailures();
  ledger.retry();
  ledger.startRetry();
  ledger.resumeFrom({ closed: new TallyBook().toWire(), reopened: [0], nextShard: 2 });
  ledger.handleReport({ ...reportOf(1, 2, SHARD_ARCHIVES), retries: 0 }, START_MS);
  expect(ledger.shards.openShards).toEqual([]);
  const released = [release(ledger), release(ledger)].map(({ shard }) => shard);
  expect(released).toEqual([0, 1]);
  for (const shard of released) ledger.handleReport({ ...reportOf(shard, 1, SHARD_ARCHIVES), retries: 1 }, START_MS);
  expect(ledger.progress()).toMatchObject({ archives: { failed: 2, waiting: 3 }, openShards: [] });
  expectConsistent(ledger, 3);
});

test('a shard that closes while receipts are read is counted once', () => {
  const ledger = withFailures();
  ledger.retry();
  ledger.startRetry();
  ledger.handleReport({ ...reportOf(1, 2, SHARD_ARCHIVES), retries: 1 }, START_MS);
  ledger.resumeFrom({ closed: new TallyBook().toWire(), reopened: [0], nextShard: 2 });
  expectConsistent(ledger, 3);
  expect(ledger.progress().archives).toMatchObject({ verified: 2, failed: 1 });
});

test('a paused run releases no shard and reports that it is paused', () => {
  const ledger = transferring(2);
  ledger.gate.pause();
  expect(ledger.nextAdmissionAtMs).toBe(Infinity);
  expect(ledger.progress().state).toBe('paused');
  expect(ledger.rejection('pause')).toContain('already paused');
  expect(continuedAsNew(ledger).progress().state).toBe('paused');
  ledger.resume();
  expect(ledger.nextAdmissionAtMs).toBe(START_MS);
  expect(ledger.rejection('resume')).toContain('neither paused');
  expect(ledger.rejection('retryFailed')).toContain('no archive');
});

test("a problem of an open shard is shown as the run's state; that of any other is ignored", () => {
  const ledger = transferring(2);
  const problem = { reason: Failure.AccessDenied, message: 'allow s3:PutObject' };
  ledger.handleProblem(0, problem, START_MS);
  expect(ledger.progress()).toMatchObject({ state: 'transferring', problem: null });
  release(ledger);
  ledger.handleProblem(0, problem, START_MS);
  expect(ledger.progress()).toMatchObject({ state: 'attention', problem, detail: 'allow s3:PutObject' });
  ledger.cancelling();
  expect(ledger.progress()).toMatchObject({ state: 'cancelling', problem: null });
  expect(ledger.rejection('pause')).toContain('cancelled');
  ledger.end('cancelled', '', START_MS);
  expect(ledger.rejection('resume')).toBe('the run is over: cancelled');
});
