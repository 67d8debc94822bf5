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
import type { ArchiveOutcome } from '../src/wire/progress';
import type { StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { OpenedArchive } from '../src/wire/transfer';
import { moving, initiateRetrieval, writeReceipt } from './activities';
import { awaitJob } from './await-job';
import { archiveDetails } from './details';
import { endedBy, failureType, ifOpen } from './failure';
import { Guard, Gate } from './pause-gate';
import { assertInput, assertStartedBy, onSignal } from './inputs';
import { archiveNews, archiveStatus, gateOrder, jobsDone, trouble } from './messages';
import { moveInParts } from './move-in-parts';
import { readAdopted } from './read-adopted';
import { ArchiveLife, type ArchiveIdentity } from './state/archive-tracker';
import { areJobNotices, areSettings, flag, form, isGateOrder, text, whole } from './state/input-checks';

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
  const life = new ArchiveLife(input);
  const gate = new Gate();
  onSignal(jobsDone, areJobNotices, (notices) => life.watch.hear(notices));
  onSignal(gateOrder, isGateOrder, (order) => void gate.obey(order));
  setHandler(archiveStatus, () => life.status());
  const guard = new Guard(gate, (problem) => tellShard(trouble, { from: input.index, problem }));
  try {
    life.verified(await new Bringing(input, life, guard).bring(), Date.now());
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
class Bringing {
  constructor(
    private readonly input: ArchiveInput,
    private readonly life: ArchiveLife,
    private readonly guard: Guard,
  ) {}

  async bring(): Promise<StoredObject> {
    const { archive, stored } = await this.request();
    if (stored !== null) return stored;
    const { settings } = this.input;
    if (archive.sizeBytes <= settings.wholeLimitBytes) {
      const summary = `${archive.sizeBytes} bytes`;
      return await this.useJob((jobId) =>
        moving(settings, this.life.readyAtMs, summary).moveWhole({ settings, archive, jobId }),
      );
    }
    return await moveInParts({
      settings,
      archive,
      guard: this.guard,
      withJob: (move) => this.useJob(move),
      readyAtMs: () => this.life.readyAtMs,
      onMoved: (movedBytes) => {
        this.life.moved(movedBytes);
        show(this.life);
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
      const read = await readAdopted(this.guard, { settings: this.input.settings, archive, crc32: null });
      if (read !== null) return { ...opened, stored: read };
      this.life.vanished();
    }
  }

  /** Looks at the key and, where nothing stands there, requests a job. A throttle is waited out. */
  private async open(): Promise<OpenedArchive> {
    const { settings, shard, index } = this.input;
    const { workflowId } = workflowInfo();
    const wasTried = this.input.mayHaveJob && this.life.watch.jobIds.length === 0;
    let throttled = false;
    for (;;) {
      let asked = 0;
      // What failed may have begun a job in one of its tries; asking anew when the trouble is over is none of them.
      const mayHaveJob = (): boolean => wasTried || asked > 1;
      const opened = await this.guard.ask(() => {
        asked += 1;
        return initiateRetrieval.executeWithOptions({ summary: `archive ${index}` }, [
          settings,
          shard,
          index,
          workflowId,
          mayHaveJob(),
        ]);
      });
      this.life.opened(opened.archive);
      if (opened.jobId !== null) this.life.requested(opened.jobId, Date.now(), mayHaveJob());
      show(this.life);
      const done = opened.jobId !== null || opened.stored !== null;
      if (!done || throttled) {
        const state = done ? 'requested' : 'waiting';
        await tellShard(archiveNews, { index, state, throttle: done ? null : opened.throttle });
      }
      if (done) return opened;
      throttled = true;
      await sleep(THROTTLE_PAUSE_MS);
    }
  }

  /** Runs a move with a job whose output can be read, as often as jobs expire under it. */
  private async useJob<T>(move: (jobId: string) => Promise<T>): Promise<T> {
    const { life } = this;
    for (;;) {
      const jobId = await this.readyJob();
      try {
        await this.startMoving();
        return await this.guard.move(() => move(jobId));
      } catch (error) {
        const type = failureType(error);
        if (type === Failure.JobNotReady) life.notReady();
        else if (type === Failure.JobExpired && life.watch.mayRequestAgain('expired')) life.jobLost();
        else throw error;
      }
    }
  }

  private async startMoving(): Promise<void> {
    this.life.moving();
    show(this.life);
    // Only archives that move for minutes or days tell.
    if (this.input.sizeBytes > this.input.settings.wholeLimitBytes) {
      await tellShard(archiveNews, { index: this.input.index, state: 'moving' });
    }
  }

  private async readyJob(): Promise<string> {
    const { life, input } = this;
    for (;;) {
      if (life.watch.jobId === null) {
        const { stored } = await this.request();
        if (stored !== null) throw new AlreadyStored(stored);
      }
      const jobId = life.watch.jobId ?? '';
      const status = await awaitJob(life.watch, input.settings, input.index, (work) => this.guard.ask(work));
      if (status === 'Succeeded') {
        life.ready(Date.now());
        return jobId;
      }
      if (!life.watch.mayRequestAgain(status === 'Failed' ? 'failed' : 'expired')) {
        throw ApplicationFailure.nonRetryable(
          `Glacier failed or lost ${life.watch.jobIds.length} jobs for the archive, the last one ${jobId}. Retry later; if it goes on, ask AWS support with the job id.`,
          Failure.JobFailed,
        );
      }
      life.jobLost();
    }
  }
}

/** A shard that is gone does not keep the archive from moving. */
async function tellShard<T>(signal: SignalDefinition<[T]>, news: T): Promise<void> {
  const { parent } = workflowInfo();
  if (parent === undefined) return;
  await ifOpen(() => getExternalWorkflowHandle(parent.workflowId).signal(signal, news));
}

const show = (life: ArchiveLife): void => setCurrentDetails(archiveDetails(life.status()));
