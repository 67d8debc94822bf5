import { CancellationScope, condition, isCancellation, sleep, workflowInfo } from '@temporalio/workflow';
import type { ShardContents } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';
import type { ReadyJob, SettledArchive } from '../src/wire/transfer';
import { control, initiateBatch, moving } from './activities';
import { endedBy } from './failure';
import type { GatedRunner } from './pause-gate';
import type { ShardState } from './shard-state';

const BATCH = 100;
/** A batch of requests takes about this long, so that a new rate limit applies soon. */
const REQUEST_SECONDS = 5;
const MAX_REQUESTS = 500;
const CHECK_BATCH = 500;
/** Batches of one shard moved in parallel. */
const PARALLEL_BATCHES = 4;
/** How long an incomplete batch waits for more archives to become ready. */
const LINGER_MS = 5_000;
/** Pause after a throttle, in addition to what the activity itself has waited. */
const THROTTLE_PAUSE_MS = 15_000;

/**
 * Moves the small archives of a shard in batches: three loops request jobs, poll Glacier and move archives. They share
 * the queues of {@link SmallArchiveQueue}.
 */
export class SmallArchiveRunner {
  private readonly requests: GatedRunner;
  private readonly checks: GatedRunner;
  private readonly moves: GatedRunner;
  private batches = 0;
  private inFlight = 0;

  constructor(
    private readonly settings: RunSettings,
    private readonly state: ShardState,
    private readonly records: GatedRunner,
  ) {
    this.requests = state.runnerFor('request');
    this.checks = state.runnerFor('check');
    this.moves = state.runnerFor('move');
  }

  open({ nextBatch }: ShardContents): void {
    this.batches = nextBatch - 1;
  }

  get hasWaiting(): boolean {
    return this.state.smallArchives.hasWaiting;
  }

  /**
   * Runs until every archive has ended. A cancellation, or an activity that failed permanently, stops all three loops;
   * once their activities in flight have returned, the remaining archives end for that reason.
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
        this.state.smallArchives.endRest(ended);
      }
    });
  }

  /** Writes receipts of archives that ended without being moved. */
  async writeEndings(): Promise<void> {
    for (let endings = this.takeUnwritten(); endings.length > 0; endings = this.takeUnwritten()) {
      await this.write(endings);
    }
  }

  async write(endings: readonly SettledArchive[]): Promise<void> {
    if (endings.length === 0) return;
    const batch = this.nextBatch();
    await this.records.record(() => control.writeReceipts(this.settings, this.state.table.shard, batch, endings));
  }

  private async request(): Promise<void> {
    const { settings } = this;
    const { smallArchives: small, table, gate, admission } = this.state;
    const { shard } = table;
    while (!small.settled) {
      await condition(() => small.settled || (gate.isOpen && small.mayRequest(admission)));
      const { requestsPerSecond } = admission;
      const most = Math.ceil(Math.min(MAX_REQUESTS, requestsPerSecond * REQUEST_SECONDS));
      const indexes = small.takeWaiting(most, admission);
      if (indexes.length === 0) continue;
      try {
        const waitMs = admission.reserve(indexes.length, Date.now());
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
    const { settings } = this;
    const { smallArchives: small } = this.state;
    while (!small.settled) {
      const waitMs = small.nextCheckAtMs - Date.now();
      if (waitMs === Infinity) {
        await condition(() => small.nextCheckAtMs !== Infinity || small.settled);
      } else if (waitMs > 0) {
        await condition(() => small.nextCheckAtMs <= Date.now() || small.settled, waitMs);
      } else {
        const polled = small.due(Date.now(), CHECK_BATCH);
        if (polled.length === 0) continue;
        const summary = `no notification of ${polled.length} jobs: poll Glacier`;
        const answers = await this.checks.run(() =>
          control.checkJobs.executeWithOptions({ summary }, [settings, polled]),
        );
        small.checked(polled, answers, Date.now());
        await this.writeEndings();
      }
    }
  }

  private async move(): Promise<void> {
    const { smallArchives: small, gate } = this.state;
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
    const { settings } = this;
    const { smallArchives: small, table, gate } = this.state;
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
      // A cancellation ends the loops as well; what the batch has not moved is skipped with the rest.
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
    this.state.smallArchives.batchFailed(indexes, reason, message);
    await this.writeEndings();
  }

  private takeUnwritten(): SettledArchive[] {
    return this.state.smallArchives.takeUnwritten();
  }

  /** Names the receipts of a batch; never reused. */
  private nextBatch(): number {
    this.batches += 1;
    return this.batches;
  }
}
