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
import type { JobNotification } from '../src/wire/job';
import type { Admission, PauseGate, ShardReport } from '../src/wire/signals';
import type { RunSettings } from '../src/wire/request';
import { control } from './activities';
import { shardDetails } from './details';
import { endedBy, problemOf, ifOpen } from './failure';
import { GatedRunner, Gate } from './pause-gate';
import { assertInput, assertStartedBy, onSignal } from './inputs';
import {
  admissionSignal,
  archiveReportSignal,
  pauseGateSignal,
  jobsDoneSignal,
  retryFailedSignal,
  shardArchives,
  shardProgress,
  shardReportSignal,
  problemSignal,
} from './messages';
import { LargeArchives } from './large-archives';
import { SmallArchiveRunner } from './small-archives';
import { ArchiveTable } from './state/archive-table';
import {
  areJobNotifications,
  areSettings,
  flag,
  form,
  isAdmission,
  isArchiveReport,
  isPauseGate,
  isRetryNumber,
  isProblemReport,
  positive,
  whole,
} from './state/input-checks';
import { ShardAdmissionState } from './state/shard-admission';
import { SmallArchiveQueue } from './state/small-archive-queue';
import { RUNNERS, ShardProblems } from './state/shard-problems';

export interface ShardInput {
  readonly settings: RunSettings;
  readonly shard: number;
  /** Least seconds between two reports to the root. */
  readonly reportSeconds: number;
  /** An earlier workflow of this shard has left receipts: what they call verified is done. */
  readonly reopened: boolean;
  /** How often the run has been told to retry before. */
  readonly retries: number;
  /** What the root lets go at first. */
  readonly admission: Admission;
}

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
 * Reports its counters to the root while it goes on; its result is the last of these reports.
 */
export async function shard(input: ShardInput): Promise<ShardReport> {
  assertInput(isShardInput, input);
  assertStartedBy(input.settings.run, shardWorkflowId(input.settings.run, input.shard));
  const { settings, shard, reportSeconds, reopened: again, retries } = input;
  const table = new ArchiveTable(shard, retries);
  const allowance = new ShardAdmissionState(input.admission);
  const gate = new Gate();
  const troubles = new ShardProblems();
  const early: JobNotification[] = [];
  let small: SmallArchiveQueue | null = null;
  let large: LargeArchives | null = null;
  onSignal(jobsDoneSignal, areJobNotifications, (notices) => {
    if (small === null) early.push(...notices);
    else small.handleNotifications(notices, Date.now());
  });
  onSignal(archiveReportSignal, isArchiveReport, ({ index, state, throttle }) => {
    table.setState(index, state);
    if (throttle !== undefined) table.throttled(throttle);
  });
  onSignal(problemSignal, isProblemReport, ({ from, problem }) => troubles.handle(from, problem));
  onSignal(pauseGateSignal, isPauseGate, (order) => {
    const state = order.state === 'probe' && !troubles.isRunnerFirst ? 'paused' : order.state;
    if (gate.apply({ ...order, state })) troubles.gateChanged(order.state);
  });
  onSignal(retryFailedSignal, isRetryNumber, (number) => {
    // A shard that is about to close is opened anew by the root, which sees that it did not retry.
    if (table.settled) return;
    const indexes = table.retry(number);
    small?.retry(indexes);
    large?.retry(indexes);
  });
  setHandler(shardArchives, (page) => table.page(page));
  onSignal(admissionSignal, isAdmission, (order) => allowance.apply(order));
  setHandler(shardProgress, () => ({ ...table.report(), ...allowance.report() }));

  const guard = new GatedRunner(gate, async (problem) => troubles.handle(RUNNERS.records, problem));
  let isOver = false;
  const passing = passOn(settings.run, shard, troubles, {
    isOver: () => isOver,
    order: async (state, only) => await large?.sendGate(state, only),
  });
  const contents = await open(settings, shard, again, guard);
  table.open(contents.firstIndex, contents.sizesBytes, contents.verified);
  allowance.open(table.openBytes);
  large = new LargeArchives({
    settings,
    archives: sizedArchives(contents),
    again,
    table,
    gate,
    allowance,
    onEnd: (index) => troubles.ended(index),
  });
  small = new SmallArchiveQueue(table, smallIndexes(contents, table), settings, again);
  small.handleNotifications(early, Date.now());
  const firstBatch = contents.nextBatch;
  const lane = new SmallArchiveRunner({ settings, small, table, gate, allowance, troubles, guard, firstBatch });
  const takeReport = (): ShardReport => ({ ...table.takeReport(), ...allowance.takeReport() });

  const tell = async (): Promise<void> => await send(settings.run, takeReport());
  const work = [
    untilSettled(table, large),
    untilSettled(table, lane),
    report({ table, allowance, reportSeconds, tell }),
  ];
  try {
    await Promise.all(work);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => Promise.allSettled([...work, large?.ended()]));
    const ended = endedBy(error);
    small.endRest(ended);
    large.endRest(ended);
  }
  await lane.write(large.takeUnwritten());
  await lane.writeEndings();
  isOver = true;
  await passing;
  await CancellationScope.nonCancellable(tell);
  return { ...table.report(), ...allowance.report() };
}

/** A shard that is cancelled before it has begun still accounts for its archives, if their list can be read. */
async function open(settings: RunSettings, shard: number, again: boolean, guard: GatedRunner): Promise<ShardContents> {
  const read = (): Promise<ShardContents> => control.openShard(settings, shard, again);
  try {
    return await guard.run(read);
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

const sizedArchives = ({ ownWorkflow: own, sizesBytes, firstIndex }: ShardContents) =>
  own.map((archive) => ({ ...archive, sizeBytes: sizesBytes[archive.index - firstIndex] ?? 0 }));

function smallIndexes({ ownWorkflow: own, sizesBytes, firstIndex }: ShardContents, table: ArchiveTable): number[] {
  const large = new Set(own.map(({ index }) => index));
  const all = sizesBytes.map((_, offset) => firstIndex + offset);
  return all.filter((index) => !large.has(index) && table.isOpen(index));
}

/** Runs a lane whenever something waits in it: what has failed may be retried as long as the shard is not settled. */
async function untilSettled(table: ArchiveTable, lane: LargeArchives | SmallArchiveRunner): Promise<void> {
  while (!table.settled) {
    await condition(() => lane.hasWaiting || table.settled);
    if (lane.hasWaiting) await lane.run();
  }
}

interface Reporting {
  readonly table: ArchiveTable;
  readonly allowance: ShardAdmissionState;
  readonly reportSeconds: number;
  readonly tell: () => Promise<void>;
}

/**
 * Tells the root at once when something has changed, but not more often than it wants to hear; except that all that it
 * let go is requested, since it waits for that.
 */
async function report({ table, allowance, reportSeconds, tell }: Reporting): Promise<void> {
  while (!table.settled) {
    await condition(() => table.hasChanges || table.settled);
    if (table.settled) return;
    await tell();
    await condition(() => table.settled || allowance.mustReport, reportSeconds * 1_000);
  }
}

interface Below {
  isOver(): boolean;
  order(state: PauseGate['state'], only?: number): Promise<void>;
}

/** Carries trouble up and orders down, until the shard is over or cancelled. */
async function passOn(rootId: string, from: number, troubles: ShardProblems, below: Below): Promise<void> {
  try {
    while (!below.isOver()) {
      await condition(() => troubles.hasForwards || below.isOver());
      for (const mail of troubles.takeForwards()) {
        if (mail.to === 'archives') await below.order(mail.state);
        else if (mail.to === 'archive') await below.order('open', mail.index);
        else {
          const { problem } = mail;
          await ifOpen(() => getExternalWorkflowHandle(rootId).signal(problemSignal, { from, problem }));
        }
      }
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

/** A root that is gone is no error: receipts are the record. */
async function send(rootId: string, news: ShardReport): Promise<void> {
  setCurrentDetails(shardDetails(news));
  await ifOpen(() => getExternalWorkflowHandle(rootId).signal(shardReportSignal, news));
}
