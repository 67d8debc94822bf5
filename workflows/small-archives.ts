import { CancellationScope, condition, isCancellation, sleep, workflowInfo } from '@temporalio/workflow';
import type { RunSettings } from '../src/wire/request';
import type { ReadyJob, SettledArchive } from '../src/wire/transfer';
import { control, moving, initiateBatch } from './activities';
import { endedBy } from './failure';
import { GatedRunner, type Gate } from './pause-gate';
import type { ArchiveTable } from './state/archive-table';
import type { ShardAdmissionState } from './state/shard-admission';
import type { SmallArchiveQueue } from './state/small-archive-queue';
import { RUNNERS, type ShardProblems } from './state/shard-problems';

const BATCH = 100;
/** A batch of requests takes about so long, so that a new pace is soon kept. */
const REQUEST_SECONDS = 5;
const MAX_REQUESTS = 500;
const CHECK_BATCH = 500;
/** Batches of one shard on their way at a time. */
const PARALLEL_BATCHES = 4;
/** How long an incomplete batch waits for more archives to become ready. */
const LINGER_MS = 5_000;
/** Pause after a throttle, beyond what the activity itself has waited. */
const THROTTLE_PAUSE_MS = 15_000;

interface SmallLaneParts {
  readonly settings: RunSettings;
  readonly small: SmallArchiveQueue;
  readonly table: ArchiveTable;
  readonly gate: Gate;
  readonly allowance: ShardAdmissionState;
  readonly troubles: ShardProblems;
  /** For records. */
  readonly guard: GatedRunner;
  readonly firstBatch: number;
}

/** Moves the small archives of a shard: three loops that meet in the queues of {@link SmallArchiveQueue}. */
export class SmallArchiveRunner {
  private readonly requests: GatedRunner;
  private readonly checks: GatedRunner;
  private readonly moves: GatedRunner;
  private batches: number;
  private inFlight = 0;

  constructor(private readonly parts: SmallLaneParts) {
    this.requests = this.runnerFor(RUNNERS.request);
    this.checks = this.runnerFor(RUNNERS.check);
    this.moves = this.runnerFor(RUNNERS.move);
    this.batches = parts.firstBatch - 1;
  }

  get hasWaiting(): boolean {
    return this.parts.small.hasWaiting;
  }

  /**
   * Runs until every archive has ended. A cancellation, or an activity that failed for good, stops all three loops;
   * when what they had on its way has come back, it is the ending of the archives that are left.
   */
  async run(): Promise<void> {
    const scope = new CancellationScope();
    await scope.run(async () => {
      const loops = [this.request(), this.check(), this.move()];
      try {
        await Promise.all(loops);
      } catch (error) {
        const ended = endedBy(error);
        scope.cancel();
        await CancellationScope.nonCancellable(() => Promise.allSettled(loops));
        this.parts.small.endRest(ended);
      }
    });
  }

  /** Receipts of archives that ended without being moved. */
  async writeEndings(): Promise<void> {
    for (let endings = this.takeUnwritten(); endings.length > 0; endings = this.takeUnwritten()) {
      await this.write(endings);
    }
  }

  async write(endings: readonly SettledArchive[]): Promise<void> {
    if (endings.length === 0) return;
    const { settings, table, guard } = this.parts;
    const batch = this.nextBatch();
    await guard.record(() => control.writeReceipts(settings, table.shard, batch, endings));
  }

  private async request(): Promise<void> {
    const { settings, small, table, gate, allowance } = this.parts;
    const { shard } = table;
    while (!small.settled) {
      await condition(() => small.settled || (gate.isOpen && small.mayRequest(allowance)));
      const { requestsPerSecond } = allowance;
      const most = Math.ceil(Math.min(MAX_REQUESTS, requestsPerSecond * REQUEST_SECONDS));
      const indexes = small.takeWaiting(most, allowance);
      if (indexes.length === 0) continue;
      try {
        const waitMs = allowance.reserve(indexes.length, Date.now());
        if (waitMs > 0) await sleep(waitMs);
        const { workflowId } = workflowInfo();
        const batch = this.nextBatch();
        const summary = `batch ${batch}: ${indexes.length} archives`;
        const mayHaveJobs = small.mayHaveJobs(indexes);
        const input = { settings, shard, workflowId, batch, indexes, mayHaveJobs, requestsPerSecond };
        const result = await this.requests.run(
          () => initiateBatch.executeWithOptions({ summary }, [input]),
          ({ problem }) => problem,
        );
        small.requested(result, Date.now());
        table.throttled(result.throttle);
        await this.writeEndings();
        if (result.unsettled.length > 0 && result.problem === null) await sleep(THROTTLE_PAUSE_MS);
      } catch (error) {
        await this.fail(indexes, error);
      }
    }
  }

  private async check(): Promise<void> {
    const { settings, small } = this.parts;
    while (!small.settled) {
      const waitMs = small.nextCheckAtMs - Date.now();
      if (waitMs === Infinity) {
        await condition(() => small.nextCheckAtMs !== Infinity || small.settled);
      } else if (waitMs > 0) {
        await condition(() => small.nextCheckAtMs <= Date.now() || small.settled, waitMs);
      } else {
        const asked = small.due(Date.now(), CHECK_BATCH);
        if (asked.length === 0) continue;
        const summary = `no news of ${asked.length} jobs: ask Glacier`;
        const answers = await this.checks.run(() =>
          control.checkJobs.executeWithOptions({ summary }, [settings, asked]),
        );
        small.checked(asked, answers, Date.now());
        await this.writeEndings();
      }
    }
  }

  private async move(): Promise<void> {
    const { small, gate } = this.parts;
    const batches: Promise<void>[] = [];
    const errors: unknown[] = [];
    try {
      while (!small.settled && errors.length === 0) {
        const isFree = (): boolean => small.readyCount > 0 && this.inFlight < PARALLEL_BATCHES && gate.isOpen;
        await condition(() => small.settled || errors.length > 0 || isFree());
        await condition(() => small.readyCount >= BATCH || small.allReady, LINGER_MS);
        const jobs = isFree() ? small.takeReady(BATCH) : [];
        if (jobs.length > 0) batches.push(this.moveBatch(jobs).catch((error: unknown) => void errors.push(error)));
      }
    } finally {
      await CancellationScope.nonCancellable(() => Promise.all(batches));
    }
    if (errors.length > 0) throw errors[0];
  }

  private async moveBatch(jobs: readonly ReadyJob[]): Promise<void> {
    const { settings, small, table, gate } = this.parts;
    this.inFlight += 1;
    try {
      const batch = this.nextBatch();
      const summary = `batch ${batch}: ${jobs.length} archives`;
      const input = { settings, shard: table.shard, batch, jobs };
      const oldest = Math.min(...jobs.map(({ readyAtMs }) => readyAtMs));
      const result = await this.moves.runInterruptible(
        () => moving(settings, oldest, summary).moveBatch(input),
        ({ problem }) => problem,
      );
      small.moved(result, Date.now(), !gate.isOpen);
      await this.writeEndings();
    } catch (error) {
      // A cancellation ends the loops as well; what the batch had not moved is skipped with the rest.
      if (!isCancellation(error)) {
        await this.fail(
          jobs.map((job) => job.index),
          error,
        );
      }
    } finally {
      this.inFlight -= 1;
    }
  }

  /** @throws the error when it is a cancellation or a bug */
  private async fail(indexes: readonly number[], error: unknown): Promise<void> {
    const { outcome, reason, message } = endedBy(error);
    if (outcome === 'skipped') throw error;
    this.parts.small.batchFailed(indexes, reason, message);
    await this.writeEndings();
  }

  private takeUnwritten(): SettledArchive[] {
    return this.parts.small.takeUnwritten();
  }

  private runnerFor(lane: number): GatedRunner {
    return new GatedRunner(this.parts.gate, async (problem) => this.parts.troubles.handle(lane, problem));
  }

  /** Names the receipts of a batch; never given twice. */
  private nextBatch(): number {
    this.batches += 1;
    return this.batches;
  }
}
