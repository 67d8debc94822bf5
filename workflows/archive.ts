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
import { endedBy, failureType, ifOpen } from './failure';
import { GatedRunner, Gate } from './pause-gate';
import { assertInput, assertStartedBy, onSignal } from './inputs';
import { archiveReportSignal, archiveStatus, pauseGateSignal, jobsDoneSignal, problemSignal } from './messages';
import { moveInParts } from './move-in-parts';
import { readAdopted } from './read-adopted';
import { ArchiveTracker, type ArchiveIdentity } from './state/archive-tracker';
import { areJobNotifications, areSettings, flag, form, isPauseGate, text, whole } from './state/input-checks';

export interface ArchiveInput extends ArchiveIdentity {
  readonly settings: RunSettings;
  /** It was tried before, and its job may still be there. */
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

/** Pause after a throttle, beyond what the activity itself has waited. */
const THROTTLE_PAUSE_MS = 15_000;

/**
 * Brings one archive from the vault into the bucket: looks at the key, requests a job, waits for it, moves the bytes,
 * and writes a receipt of how it ended. Never fails itself: the outcome says verified, failed or skipped, and why.
 */
export async function archive(input: ArchiveInput): Promise<ArchiveOutcome> {
  assertInput(isArchiveInput, input);
  const { run } = input.settings;
  assertStartedBy(shardWorkflowId(run, input.shard), archiveWorkflowId(run, input.archiveId));
  const life = new ArchiveTracker(input);
  const gate = new Gate();
  onSignal(jobsDoneSignal, areJobNotifications, (notices) => life.job.handle(notices));
  onSignal(pauseGateSignal, isPauseGate, (order) => void gate.apply(order));
  setHandler(archiveStatus, () => life.status());
  const guard = new GatedRunner(gate, (problem) => signalShard(problemSignal, { from: input.index, problem }));
  try {
    life.verified(await new ArchiveTransfer(input, life, guard).run(), Date.now());
  } catch (error) {
    if (error instanceof AlreadyStored) life.verified(error.stored, Date.now());
    else life.end(endedBy(error), Date.now());
  }
  show(life);
  await guard.record(() => writeReceipt(input.settings, input.index, life.ending()));
  return life.outcome();
}

/** Ends under the version of the workers that it began with. Workers without a version may say no such thing. */
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {}),
  archive,
);

/** The archive stands in the bucket when another job is about to be requested for it: there is nothing left to move. */
class AlreadyStored extends Error {
  constructor(readonly stored: StoredObject) {
    super('the archive is in the bucket already');
  }
}

/** The way of one archive from the vault into the bucket. */
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

  /** Looks at the key, reads back what has to be, and requests a job where nothing stands there. */
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

  /** Looks at the key and, where nothing stands there, requests a job. A throttle is waited out. */
  private async open(): Promise<OpenedArchive> {
    const { settings, shard, index } = this.input;
    const { workflowId } = workflowInfo();
    const wasTried = this.input.mayHaveJob && this.tracker.job.jobIds.length === 0;
    let throttled = false;
    for (;;) {
      let asked = 0;
      // What failed may have begun a job in one of its tries; asking anew when the trouble is over is none of them.
      const mayHaveJob = (): boolean => wasTried || asked > 1;
      const opened = await this.runner.run(() => {
        asked += 1;
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

  /** Runs a move with a job whose output can be read, as often as jobs expire under it. */
  private async useJob<T>(move: (jobId: string) => Promise<T>): Promise<T> {
    const { tracker: life } = this;
    for (;;) {
      const jobId = await this.readyJob();
      try {
        await this.startMoving();
        return await this.runner.runInterruptible(() => move(jobId));
      } catch (error) {
        const type = failureType(error);
        if (type === Failure.JobNotReady) life.notReady();
        else if (type === Failure.JobExpired && life.job.mayRequestAgain('expired')) life.jobLost();
        else throw error;
      }
    }
  }

  private async startMoving(): Promise<void> {
    this.tracker.moving();
    show(this.tracker);
    // Only archives that move for minutes or days tell.
    if (this.input.sizeBytes > this.input.settings.wholeLimitBytes) {
      await signalShard(archiveReportSignal, { index: this.input.index, state: 'moving' });
    }
  }

  private async readyJob(): Promise<string> {
    const { tracker: life, input } = this;
    for (;;) {
      if (life.job.jobId === null) {
        const { stored } = await this.request();
        if (stored !== null) throw new AlreadyStored(stored);
      }
      const jobId = life.job.jobId ?? '';
      const status = await awaitJob(life.job, input.settings, input.index, (work) => this.runner.run(work));
      if (status === 'Succeeded') {
        life.ready(Date.now());
        return jobId;
      }
      if (!life.job.mayRequestAgain(status === 'Failed' ? 'failed' : 'expired')) {
        throw ApplicationFailure.nonRetryable(
          `Glacier failed or lost ${life.job.jobIds.length} jobs for the archive, the last one ${jobId}. Retry later; if it goes on, ask AWS support with the job id.`,
          Failure.JobFailed,
        );
      }
      life.jobLost();
    }
  }
}

/** A shard that is gone does not keep the archive from moving. */
async function signalShard<T>(signal: SignalDefinition<[T]>, news: T): Promise<void> {
  const { parent } = workflowInfo();
  if (parent === undefined) return;
  await ifOpen(() => getExternalWorkflowHandle(parent.workflowId).signal(signal, news));
}

const show = (life: ArchiveTracker): void => setCurrentDetails(archiveDetails(life.status()));
