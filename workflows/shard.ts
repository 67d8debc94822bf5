import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { shardWorkflowId } from '../src/ids';
import type { ShardContents } from '../src/wire/inventory';
import type { ShardReport } from '../src/wire/signals';
import { control } from './activities';
import { shardDetails } from './details';
import { endedBy, ignoringClosed, problemOf } from './failure';
import { assertInput, assertStartedBy, onSignal } from './inputs';
import { LargeArchives } from './large-archives';
import {
  admissionSignal,
  archiveReportSignal,
  jobsDoneSignal,
  pauseGateSignal,
  problemSignal,
  retryFailedSignal,
  shardArchives,
  shardProgress,
  shardReportSignal,
} from './messages';
import type { GatedRunner } from './pause-gate';
import { ShardState, type ShardInput } from './shard-state';
import { SmallArchiveRunner } from './small-archives';
import {
  areJobNotifications,
  areSettings,
  flag,
  form,
  isAdmission,
  isArchiveReport,
  isPauseGate,
  isProblemReport,
  isRetryNumber,
  positive,
  whole,
} from './state/input-checks';

const isShardInput = form<ShardInput>({
  settings: areSettings,
  shard: whole,
  reportSeconds: positive,
  reopened: flag,
  retries: whole,
  admission: isAdmission,
});

/**
 * Moves the archives of one shard, contiguous in CreationDate: large ones by a workflow each, small ones in batches.
 * Reports its counters to the root meanwhile; its result is the last of these reports.
 */
export async function shard(input: ShardInput): Promise<ShardReport> {
  assertInput(isShardInput, input);
  const { settings, shard, reportSeconds, reopened } = input;
  assertStartedBy(settings.run, shardWorkflowId(settings.run, shard));
  const state = new ShardState(input);
  const large = new LargeArchives(settings, state);
  handleMessages(state, large);
  const records = state.runnerFor('records');
  const small = new SmallArchiveRunner(settings, state, records);
  const forwarding = new Forwarding(settings.run, state, large);

  const contents = await readContents(input, records);
  state.open(contents, reopened);
  large.open(contents, reopened);
  small.open(contents);
  const report = async (): Promise<void> => await sendReport(settings.run, state.takeReport());
  const work = [untilSettled(state, large), untilSettled(state, small), sendReports(state, reportSeconds, report)];
  try {
    await Promise.all(work);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => Promise.allSettled([...work, large.ended()]));
    const ended = endedBy(error);
    state.smallArchives.endRest(ended);
    large.endRest(ended);
  }
  await small.write(large.takeUnwritten());
  await small.writeEndings();
  await forwarding.stop();
  await CancellationScope.nonCancellable(report);
  return state.report();
}

function handleMessages(state: ShardState, large: LargeArchives): void {
  const { table, admission, problems, smallArchives } = state;
  onSignal(jobsDoneSignal, areJobNotifications, (jobs) => smallArchives.handleNotifications(jobs, Date.now()));
  onSignal(archiveReportSignal, isArchiveReport, (report) => state.handleArchiveReport(report));
  onSignal(problemSignal, isProblemReport, ({ from, problem }) => problems.handle(from, problem));
  onSignal(pauseGateSignal, isPauseGate, (gate) => state.applyGate(gate));
  onSignal(admissionSignal, isAdmission, (admitted) => admission.apply(admitted));
  onSignal(retryFailedSignal, isRetryNumber, (number) => {
    // A shard that is about to close does not retry: the root sees that in its report, and reopens the shard.
    if (table.settled) return;
    const indexes = table.retry(number);
    smallArchives.retry(indexes);
    large.retry(indexes);
  });
  setHandler(shardArchives, (page) => table.page(page));
  setHandler(shardProgress, () => state.report());
}

/** A shard that is cancelled before it has started still accounts for its archives, if their list can be read. */
async function readContents({ settings, shard, reopened }: ShardInput, records: GatedRunner): Promise<ShardContents> {
  const read = (): Promise<ShardContents> => control.openShard(settings, shard, reopened);
  try {
    return await records.run(read);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    try {
      return await CancellationScope.nonCancellable(read);
    } catch (unread) {
      if (problemOf(unread) === null) throw unread;
      throw error;
    }
  }
}

/** Runs whenever an archive is waiting: failed archives may be retried as long as the shard is not settled. */
async function untilSettled({ table }: ShardState, archives: LargeArchives | SmallArchiveRunner): Promise<void> {
  while (!table.settled) {
    await condition(() => archives.hasWaiting || table.settled);
    if (archives.hasWaiting) await archives.run();
  }
}

/**
 * Reports to the root as soon as something has changed, but at most once in `reportSeconds`; at once, however, when
 * everything that it admitted is requested, because it waits for that.
 */
async function sendReports(
  { table, admission }: ShardState,
  reportSeconds: number,
  report: () => Promise<void>,
): Promise<void> {
  while (!table.settled) {
    await condition(() => table.hasChanges || table.settled);
    if (table.settled) return;
    await report();
    await condition(() => table.settled || admission.mustReport, reportSeconds * 1_000);
  }
}

/** Forwards problems to the root, and the root's pause gate to the archives, until the shard ends or is cancelled. */
class Forwarding {
  private isOver = false;
  private readonly done: Promise<void>;

  constructor(
    private readonly rootId: string,
    private readonly state: ShardState,
    private readonly large: LargeArchives,
  ) {
    this.done = this.run();
  }

  /** Resolves when everything is forwarded. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.done;
  }

  private async run(): Promise<void> {
    const { problems, table } = this.state;
    try {
      while (!this.isOver) {
        await condition(() => problems.hasForwards || this.isOver);
        for (const forward of problems.takeForwards()) {
          if (forward.to === 'archives') await this.large.sendGate(forward.state);
          else if (forward.to === 'archive') await this.large.sendGate('open', forward.index);
          else {
            const report = { from: table.shard, problem: forward.problem };
            await ignoringClosed(() => getExternalWorkflowHandle(this.rootId).signal(problemSignal, report));
          }
        }
      }
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }
}

/** A closed root is no error: receipts are authoritative. */
async function sendReport(rootId: string, report: ShardReport): Promise<void> {
  setCurrentDetails(shardDetails(report));
  await ignoringClosed(() => getExternalWorkflowHandle(rootId).signal(shardReportSignal, report));
}
