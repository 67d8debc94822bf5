import {
  ApplicationFailure,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  sleep,
  workflowInfo,
  type SignalDefinition,
} from '@temporalio/workflow';
import { mustBeRead } from '../src/domain/must-be-read';
import { Failure } from '../src/failures';
import { archiveWorkflowId, shardWorkflowId } from '../src/ids';
import type { ArchiveOutcome } from '../src/wire/signals';
import type { StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { OpenedArchive } from '../src/wire/transfer';
import { moving, initiateRetrieval, writeReceipt } from './activities';
import { awaitJob } from './await-job';
import { archiveDetails } from './details';
import { endedBy, failureType, ignoringClosed } from './failure';
import { GatedRunner, Gate } from './pause-gate';
import { assertInput, assertStartedBy, onSignal } from './inputs';
import { archiveReportSignal, archiveStatus, pauseGateSignal, jobsDoneSignal, problemSignal } from './messages';
import { moveInParts } from './move-in-parts';
import { readAdopted } from './read-adopted';
import { ArchiveTracker, type ArchiveIdentity } from './state/archive-tracker';
import { areJobNotifications, areSettings, flag, form, isPauseGate, text, whole } from './state/input-checks';

export interface ArchiveInput extends ArchiveIdentity {
  readonly settings: RunSettings;
  /** It was tried before, and its job may still exist. */
  readonly mayHaveJob: boolean;
}

const isArchiveInput = form<ArchiveInput>({
  settings: areSettings,
  shard: whole,
  index: whole,
  archiveId: text,
  sizeBytes: whole,
  mayHaveJob: flag,
});

/** Pause after a throttle, in addition to what the activity itself has waited. */
const THROTTLE_PAUSE_MS = 15_000;

/**
 * Moves one archive from the vault into the bucket: checks the key, initiates a job, waits for it, moves the bytes, and
 * writes a receipt. Never fails itself: the outcome is verified, failed or skipped, with the reason.
 */
export async function archive(input: ArchiveInput): Promise<ArchiveOutcome> {
  assertInput(isArchiveInput, input);
  const { run } = input.settings;
  assertStartedBy(shardWorkflowId(run, input.shard), archiveWorkflowId(run, input.archiveId));
  const tracker = new ArchiveTracker(input);
  const gate = new Gate();
  onSignal(jobsDoneSignal, areJobNotifications, (notifications) => tracker.job.handle(notifications));
  onSignal(pauseGateSignal, isPauseGate, (pauseGate) => void gate.apply(pauseGate));
  setHandler(archiveStatus, () => tracker.status());
  const runner = new GatedRunner(gate, (problem) => signalShard(problemSignal, { from: input.index, problem }));
  try {
    tracker.verified(await new ArchiveTransfer(input, tracker, runner).run(), Date.now());
  } catch (error) {
    if (error instanceof AlreadyStored) tracker.verified(error.stored, Date.now());
    else tracker.end(endedBy(error), Date.now());
  }
  show(tracker);
  await runner.record(() => writeReceipt(input.settings, input.index, tracker.ending()));
  return tracker.outcome();
}

/** Pinned to the worker version it was started on. Unversioned workers must not set a versioning behavior. */
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {}),
  archive,
);

/** The archive is found in the bucket when another job is about to be initiated for it: there is nothing left to move. */
class AlreadyStored extends Error {
  constructor(readonly stored: StoredObject) {
    super('the archive is in the bucket already');
  }
}

/** The transfer of one archive from the vault into the bucket. */
class ArchiveTransfer {
  constructor(
    private readonly input: ArchiveInput,
    private readonly tracker: ArchiveTracker,
    private readonly runner: GatedRunner,
  ) {}

  async run(): Promise<StoredObject> {
    const { archive, stored } = await this.request();
    if (stored !== null) return stored;
    const { settings } = this.input;
    if (archive.sizeBytes <= settings.wholeLimitBytes) {
      const summary = `${archive.sizeBytes} bytes`;
      return await this.useJob((jobId) =>
        moving(settings, this.tracker.readyAtMs, summary).moveWhole({ settings, archive, jobId }),
      );
    }
    return await moveInParts({
      settings,
      archive,
      runner: this.runner,
      withJob: (move) => this.useJob(move),
      readyAtMs: () => this.tracker.readyAtMs,
      onMoved: (movedBytes) => {
        this.tracker.moved(movedBytes);
        show(this.tracker);
      },
    });
  }

  /** Checks the key; reads the object back if necessary, or initiates a job if there is none. */
  private async request(): Promise<OpenedArchive> {
    for (;;) {
      const opened = await this.open();
      const { archive, stored } = opened;
      if (stored === null || !mustBeRead(this.input.settings, stored)) return opened;
      await this.startMoving();
      const read = await readAdopted(this.runner, { settings: this.input.settings, archive, crc32: null });
      if (read !== null) return { ...opened, stored: read };
      this.tracker.vanished();
    }
  }

  /** Checks the key and, if there is no object, initiates a job. Waits while AWS throttles. */
  private async open(): Promise<OpenedArchive> {
    const { settings, shard, index } = this.input;
    const { workflowId } = workflowInfo();
    const wasTried = this.input.mayHaveJob && this.tracker.job.jobIds.length === 0;
    let throttled = false;
    for (;;) {
      let attempts = 0;
      // A failed call may have initiated a job in one of its retries.
      const mayHaveJob = (): boolean => wasTried || attempts > 1;
      const opened = await this.runner.run(() => {
        attempts += 1;
        return initiateRetrieval.executeWithOptions({ summary: `archive ${index}` }, [
          settings,
          shard,
          index,
          workflowId,
          mayHaveJob(),
        ]);
      });
      this.tracker.opened(opened.archive);
      if (opened.jobId !== null) this.tracker.requested(opened.jobId, Date.now(), mayHaveJob());
      show(this.tracker);
      const done = opened.jobId !== null || opened.stored !== null;
      if (!done || throttled) {
        const state = done ? 'requested' : 'waiting';
        await signalShard(archiveReportSignal, { index, state, throttle: done ? null : opened.throttle });
      }
      if (done) return opened;
      throttled = true;
      await sleep(THROTTLE_PAUSE_MS);
    }
  }

  /** Runs a move with a job whose output can be read, again with another job whenever one expires. */
  private async useJob<T>(move: (jobId: string) => Promise<T>): Promise<T> {
    const { tracker } = this;
    for (;;) {
      const jobId = await this.readyJob();
      try {
        await this.startMoving();
        return await this.runner.runInterruptible(() => move(jobId));
      } catch (error) {
        const type = failureType(error);
        if (type === Failure.JobNotReady) tracker.notReady();
        else if (type === Failure.JobExpired && tracker.job.mayRequestAgain('expired')) tracker.jobLost();
        else throw error;
      }
    }
  }

  private async startMoving(): Promise<void> {
    this.tracker.moving();
    show(this.tracker);
    // Only archives that move for minutes or days report it.
    if (this.input.sizeBytes > this.input.settings.wholeLimitBytes) {
      await signalShard(archiveReportSignal, { index: this.input.index, state: 'moving' });
    }
  }

  private async readyJob(): Promise<string> {
    const { tracker, input } = this;
    for (;;) {
      if (tracker.job.jobId === null) {
        const { stored } = await this.request();
        if (stored !== null) throw new AlreadyStored(stored);
      }
      const jobId = tracker.job.jobId ?? '';
      const status = await awaitJob(tracker.job, input.settings, input.index, (work) => this.runner.run(work));
      if (status === 'Succeeded') {
        tracker.ready(Date.now());
        return jobId;
      }
      if (!tracker.job.mayRequestAgain(status === 'Failed' ? 'failed' : 'expired')) {
        throw ApplicationFailure.nonRetryable(
          `Glacier failed or lost ${tracker.job.jobIds.length} jobs for the archive, the last one ${jobId}. Retry later; if this happens again, contact AWS support with the job id.`,
          Failure.JobFailed,
        );
      }
      tracker.jobLost();
    }
  }
}

/** A closed shard does not stop the archive from moving. */
async function signalShard<T>(signal: SignalDefinition<[T]>, value: T): Promise<void> {
  const { parent } = workflowInfo();
  if (parent === undefined) return;
  await ignoringClosed(() => getExternalWorkflowHandle(parent.workflowId).signal(signal, value));
}

const show = (tracker: ArchiveTracker): void => setCurrentDetails(archiveDetails(tracker.status()));
