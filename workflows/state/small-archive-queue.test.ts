import * as fc from 'fast-check';
import { Failure } from '../../src/failures';
import type { JobNotification, JobRef } from '../../src/wire/job';
import type { BatchResult, ReadyJob, InitiateBatchResult } from '../../src/wire/transfer';
import { ArchiveTable } from './archive-table';
import { ShardAdmissionState } from './shard-admission';
import { SmallArchiveQueue } from './small-archive-queue';
import { propertyRuns } from '../../test/support/property-runs';

const EVERYTHING = new ShardAdmissionState({ sequence: 1, admittedBytes: Infinity, requestsPerSecond: 1 });

const POLLS = { firstPollSeconds: 100, pollSeconds: 10 };
const FIRST = 700;
const MOST_JOBS = 3;
const NO_MOVE: BatchResult = { verified: [], failed: [], expired: [], notReady: [], unsettled: [], problem: null };
const failure = (index: number) => ({ index, reason: Failure.KeyTaken, message: 'taken' });

const STEPS = ['request', 'answerRequest', 'hear', 'pass', 'check', 'answerCheck', 'move', 'answerMove'] as const;

/** Glacier, workers and bridge in one, as unreliable as the choices make them. */
class World {
  readonly table = new ArchiveTable(3);
  readonly small: SmallArchiveQueue;
  readonly jobs = new Map<number, string[]>();
  readonly endings: number[] = [];
  private nowMs = 1_000;
  private requests: number[][] = [];
  private checks: JobRef[][] = [];
  private moves: (readonly ReadyJob[])[] = [];

  constructor(
    readonly count: number,
    private readonly choice: (options: number) => number,
  ) {
    const sizes = Array.from({ length: count }, (_, offset) => offset + 1);
    this.table.open(FIRST, sizes, []);
    this.small = new SmallArchiveQueue(this.table, POLLS);
    this.small.open(
      sizes.map((_, offset) => FIRST + offset),
      false,
    );
  }

  step(): void {
    this[STEPS[this.choice(STEPS.length)] ?? 'pass']();
    this.endings.push(...this.small.takeUnwritten().map(({ index }) => index));
  }

  /** From here on everything succeeds. */
  finish(): void {
    for (let round = 0; round < 40 && !this.small.settled; round += 1) {
      this.nowMs += 1_000_000;
      for (const step of STEPS) if (step !== 'hear') this[step]();
      this.endings.push(...this.small.takeUnwritten().map(({ index }) => index));
    }
  }

  get inFlight(): number[] {
    return [...this.requests.flat(), ...this.moves.flat().map(({ index }) => index)];
  }

  get stalls(): boolean {
    const { settled, hasWaiting, readyCount, nextCheckAtMs } = this.small;
    return !settled && !hasWaiting && readyCount === 0 && nextCheckAtMs === Infinity && this.inFlight.length === 0;
  }

  private request(): void {
    const indexes = this.small.takeWaiting(4, EVERYTHING);
    if (indexes.length > 0) this.requests.push(indexes);
  }

  private answerRequest(): void {
    const jobs: { index: number; jobId: string }[] = [];
    const [adopted, failed, unsettled]: [number[], number[], number[]] = [[], [], []];
    for (const index of this.requests.shift() ?? []) {
      const kind = this.choice(8);
      if (kind === 7) adopted.push(index);
      else if (kind === 6) failed.push(index);
      else if (kind === 5) unsettled.push(index);
      else {
        const jobId = this.nextJobId(index);
        this.jobs.set(index, [...(this.jobs.get(index) ?? []), jobId]);
        jobs.push({ index, jobId });
      }
    }
    this.endings.push(...adopted);
    const result: InitiateBatchResult = {
      jobs,
      adopted,
      failed: failed.map(failure),
      unsettled,
      possiblyInitiated: [],
      throttle: null,
      problem: null,
    };
    this.small.requested(result, this.nowMs);
  }

  /** Of current jobs, of jobs not yet known, and of earlier and unknown ones; repeatedly. */
  private hear(): void {
    const index = FIRST - 1 + this.choice(this.count + 2);
    const ids = [...(this.jobs.get(index) ?? []), this.nextJobId(index), 'foreign'];
    const jobId = ids[this.choice(ids.length)] ?? '';
    const status = (['Succeeded', 'Failed', 'Gone'] as const)[this.choice(3)] ?? 'Gone';
    const notice: JobNotification = { index, jobId, status, message: '' };
    this.small.handleNotifications(this.choice(2) === 0 ? [notice] : [notice, notice], this.nowMs);
  }

  private pass(): void {
    this.nowMs += this.choice(200_000);
  }

  private check(): void {
    const asked = this.small.due(this.nowMs, 5);
    if (asked.length > 0) this.checks.push(asked);
  }

  private answerCheck(): void {
    const asked = this.checks.shift() ?? [];
    const answers = asked.flatMap((ref): JobNotification[] => {
      const status = (['Succeeded', 'Failed', 'Gone'] as const)[this.choice(4)];
      return status === undefined ? [] : [{ ...ref, status, message: 'said so' }];
    });
    this.small.checked(asked, answers, this.nowMs);
  }

  private move(): void {
    const jobs = this.small.takeReady(3);
    if (jobs.length > 0) this.moves.push(jobs);
  }

  private answerMove(): void {
    const jobs = this.moves.shift();
    if (jobs === undefined) return;
    if (this.choice(12) === 11) {
      this.small.batchFailed(
        jobs.map(({ index }) => index),
        Failure.Unavailable,
        'all tries failed',
      );
      return;
    }
    const kinds = ['verified', 'failed', 'expired', 'notReady', 'unsettled'] as const;
    const by = (wanted: (typeof kinds)[number], chosen: readonly string[]): number[] =>
      jobs.filter((_, position) => chosen[position] === wanted).map(({ index }) => index);
    const chosen = jobs.map(({ lastTry }) => kinds[this.choice(lastTry ? 4 : 5)] ?? 'verified');
    const failed = by('failed', chosen).map(failure);
    const result: BatchResult = {
      verified: by('verified', chosen),
      failed,
      expired: by('expired', chosen),
      notReady: by('notReady', chosen),
      unsettled: by('unsettled', chosen),
      problem: null,
    };
    this.endings.push(...result.verified, ...failed.map(({ index }) => index));
    this.small.moved(result, this.nowMs);
  }

  private nextJobId(index: number): string {
    return `job-${index}-${this.jobs.get(index)?.length ?? 0}`;
  }
}

const sorted = (indexes: readonly number[]): number[] => indexes.toSorted((left, right) => left - right);

test('in any order of events, nothing stalls, no job is initiated too often, and each archive ends once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(fc.nat(1_000), { maxLength: 250 }), (count, choices) => {
      let at = 0;
      const world = new World(count, (options) => (choices[at++] ?? 0) % options);
      const indexes = Array.from({ length: count }, (_, offset) => FIRST + offset);
      while (at < choices.length) {
        world.step();
        const { archives, bytes } = world.table.report();
        expect(archives.total).toBe(count);
        expect(bytes.total).toBe(String((count * (count + 1)) / 2));
        expect(new Set(world.inFlight).size).toBe(world.inFlight.length);
        expect(world.inFlight.every((index) => world.table.isOpen(index))).toBe(true);
        expect(world.stalls).toBe(false);
      }
      world.finish();
      expect(world.small.settled).toBe(true);
      expect(sorted(world.endings)).toEqual(indexes);
      expect([...world.jobs.values()].every((jobs) => jobs.length <= MOST_JOBS)).toBe(true);
    }),
    { numRuns: propertyRuns(400) },
  );
});

describe('one archive', () => {
  const open = (): { table: ArchiveTable; small: SmallArchiveQueue } => {
    const table = new ArchiveTable(0);
    table.open(5, [10], []);
    const small = new SmallArchiveQueue(table, POLLS);
    small.open([5], false);
    return { table, small };
  };
  const request = (small: SmallArchiveQueue, jobId: string, nowMs = 0): void => {
    expect(small.takeWaiting(10, EVERYTHING)).toEqual([5]);
    small.requested(
      {
        jobs: [{ index: 5, jobId }],
        adopted: [],
        failed: [],
        unsettled: [],
        possiblyInitiated: [],
        throttle: null,
        problem: null,
      },
      nowMs,
    );
  };

  test('has its job looked for first if an earlier attempt may have initiated one', () => {
    const { small } = open();
    small.takeWaiting(10, EVERYTHING);
    expect(small.mayHaveJobs([5])).toEqual([]);
    const nothing = { jobs: [], adopted: [], failed: [], throttle: null, problem: null };
    small.requested({ ...nothing, unsettled: [5], possiblyInitiated: [5] }, 0);
    expect(small.mayHaveJobs(small.takeWaiting(10, EVERYTHING))).toEqual([5]);
    small.requested({ ...nothing, unsettled: [5], possiblyInitiated: [] }, 0);
    expect(small.mayHaveJobs([5])).toEqual([5]);
  });

  test('is ready at once if the notification arrived before the request returned', () => {
    const { small } = open();
    small.handleNotifications([{ index: 5, jobId: 'a', status: 'Succeeded', message: '' }], 1);
    request(small, 'a', 2);
    expect(small.takeReady(9)).toEqual([{ index: 5, jobId: 'a', requestedAtMs: 2, readyAtMs: 2, lastTry: false }]);
  });

  test('is polled first after the first interval, then after the short one, and at once after a notification of failure', () => {
    const { small } = open();
    request(small, 'a');
    expect(small.nextCheckAtMs).toBe(100_000);
    const asked = small.due(100_000, 9);
    small.checked(asked, [], 100_000);
    expect(small.nextCheckAtMs).toBe(110_000);
    small.handleNotifications([{ index: 5, jobId: 'a', status: 'Failed', message: '' }], 101_000);
    expect(small.nextCheckAtMs).toBe(101_000);
  });

  test('fails with the ids of all its jobs once Glacier has lost the maximum number', () => {
    const { small, table } = open();
    for (const jobId of ['a', 'b', 'c']) {
      request(small, jobId);
      small.checked([{ index: 5, jobId }], [{ index: 5, jobId, status: 'Failed', message: 'no' }], 9);
    }
    expect(small.takeUnwritten()).toMatchObject([
      { index: 5, outcome: 'failed', reason: 'JobFailed', jobIds: ['a', 'b', 'c'] },
    ]);
    expect(table.report()).toMatchObject({ failures: { JobFailed: 1 }, final: true });
  });

  test('is moved at most three times, not counting jobs that were not finished', () => {
    const { small } = open();
    request(small, 'a');
    const ready = (): ReadyJob | undefined => {
      small.handleNotifications([{ index: 5, jobId: 'a', status: 'Succeeded', message: '' }], 1);
      return small.takeReady(1)[0];
    };
    expect(ready()?.lastTry).toBe(false);
    small.moved({ ...NO_MOVE, notReady: [5] }, 1);
    const tries = [ready()?.lastTry];
    for (let more = 0; more < 2; more += 1) {
      small.moved({ ...NO_MOVE, unsettled: [5] }, 1);
      tries.push(small.takeReady(1)[0]?.lastTry);
    }
    expect(tries).toEqual([false, false, true]);
  });

  test('that is verified neither fails nor is skipped later', () => {
    const { small, table } = open();
    request(small, 'a');
    small.handleNotifications([{ index: 5, jobId: 'a', status: 'Succeeded', message: '' }], 1);
    small.takeReady(1);
    small.moved({ ...NO_MOVE, verified: [5] }, 1);
    small.batchFailed([5], Failure.Unavailable, 'late');
    small.endRest({ outcome: 'skipped', reason: Failure.Cancelled, message: 'late' });
    expect(small.takeUnwritten()).toEqual([]);
    expect(table.report()).toMatchObject({ archives: { verified: 1, failed: 0, skipped: 0 }, failures: {} });
  });

  test('that is retried is polled at once: the notification of its earlier job may be lost', () => {
    const { table, small } = open();
    request(small, 'job-1');
    table.settle(5, 'failed', Failure.KeyTaken);
    expect(table.retry(1)).toEqual([5]);
    small.retry([5]);
    expect(small.mayHaveJobs([5])).toEqual([5]);
    request(small, 'job-1', 1_000);
    expect(small.mayHaveJobs([5])).toEqual([]);
    expect(small.due(1_000, 10)).toEqual([{ index: 5, jobId: 'job-1' }]);
  });
});
