import {
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { WHOLE_LIMIT_BYTES } from '../src/domain/part-plan';
import { Failure } from '../src/failures';
import type { ArchiveNews, ArchiveOutcome } from '../src/wire/progress';
import type { StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { OpenedArchive } from '../src/wire/transfer';
import { bytes, requestArchive, writeReceipt } from './activities';
import { awaitJob } from './await-job';
import { archiveDetails } from './details';
import { endedBy, failureType } from './failure';
import { ifOpen } from './if-open';
import { archiveNews, archiveStatus, jobsDone } from './messages';
import { moveInParts, type WithJob } from './move-in-parts';
import { ArchiveLife, type ArchiveIdentity } from './state/archive-life';

export interface ArchiveInput extends ArchiveIdentity {
  readonly settings: RunSettings;
}

/**
 * Brings one archive from the vault into the bucket: looks at the key, requests a job, waits for it, moves the bytes,
 * and writes a receipt of how it ended. Never fails itself: the outcome says verified, failed or skipped, and why.
 */
export async function archive(input: ArchiveInput): Promise<ArchiveOutcome> {
  const life = new ArchiveLife(input);
  setHandler(jobsDone, (notices) => life.watch.hear(notices));
  setHandler(archiveStatus, () => life.status());
  try {
    life.verified(await bring(input, life), Date.now());
  } catch (error) {
    if (error instanceof AlreadyStored) life.verified(error.stored, Date.now());
    else life.end(endedBy(error), Date.now());
  }
  show(life);
  await CancellationScope.nonCancellable(() => writeReceipt(input.settings, input.index, life.ending()));
  return life.outcome();
}

/** Ends under the version of the workers that it began with. Workers without a version may say no such thing. */
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {}),
  archive,
);

async function bring(input: ArchiveInput, life: ArchiveLife): Promise<StoredObject> {
  const { archive, stored } = await request(input, life);
  if (stored !== null) return stored;
  const { settings } = input;
  const withJob: WithJob = (move) => useJob(input, life, move);
  if (archive.sizeBytes <= WHOLE_LIMIT_BYTES) {
    const summary = `${archive.sizeBytes} bytes`;
    return await withJob((jobId) => bytes.moveWhole.executeWithOptions({ summary }, [{ settings, archive, jobId }]));
  }
  return await moveInParts(settings, archive, withJob, (movedBytes) => {
    life.moved(movedBytes);
    show(life);
  });
}

/** Looks at the key and, where nothing stands there, requests a job. */
async function request({ settings, shard, index }: ArchiveInput, life: ArchiveLife): Promise<OpenedArchive> {
  const opened = await requestArchive.executeWithOptions({ summary: `archive ${index}` }, [
    settings,
    shard,
    index,
    workflowInfo().workflowId,
  ]);
  life.opened(opened.archive);
  if (opened.jobId !== null) life.requested(opened.jobId, Date.now());
  show(life);
  return opened;
}

/** The archive stands in the bucket when another job is about to be requested for it: there is nothing left to move. */
class AlreadyStored extends Error {
  constructor(readonly stored: StoredObject) {
    super('the archive is in the bucket already');
  }
}

async function useJob<T>(input: ArchiveInput, life: ArchiveLife, move: (jobId: string) => Promise<T>): Promise<T> {
  for (;;) {
    const jobId = await readyJob(input, life);
    try {
      life.moving();
      show(life);
      if (input.sizeBytes > WHOLE_LIMIT_BYTES) await tellShard({ index: input.index, state: 'moving' });
      return await move(jobId);
    } catch (error) {
      const type = failureType(error);
      if (type === Failure.JobNotReady) life.notReady();
      else if (type === Failure.JobExpired && life.watch.mayRequestAgain('expired')) life.jobLost();
      else throw error;
    }
  }
}

async function readyJob(input: ArchiveInput, life: ArchiveLife): Promise<string> {
  for (;;) {
    if (life.watch.jobId === null) {
      const { stored } = await request(input, life);
      if (stored !== null) throw new AlreadyStored(stored);
    }
    const jobId = life.watch.jobId ?? '';
    const status = await awaitJob(life.watch, input.settings, input.index);
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

/** Only archives that move for minutes or days tell. A shard that is gone does not keep the archive from moving. */
async function tellShard(news: ArchiveNews): Promise<void> {
  const { parent } = workflowInfo();
  if (parent === undefined) return;
  await ifOpen(() => getExternalWorkflowHandle(parent.workflowId).signal(archiveNews, news));
}

const show = (life: ArchiveLife): void => setCurrentDetails(archiveDetails(life.status()));
