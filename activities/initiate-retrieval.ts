import { performance } from 'node:perf_hooks';
import { activityInfo } from '@temporalio/activity';
import { describeFault, faultSentence } from '../src/aws/errors';
import type { JobRequests } from '../src/aws/job-requests';
import { Failure, TransferError } from '../src/failures';
import { jobDescription } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';
import { abortSignal } from './abort-signal';

/**
 * The moment before which an earlier try may have asked Glacier: of this activity, or (`mayHaveJob`) of the archive; null
 * when there was none.
 */
export const askedBeforeMs = (mayHaveJob: boolean): number | null =>
  mayHaveJob || activityInfo().attempt > 1 ? performance.now() : null;

/**
 * The id of an archive's job, asked for or adopted; null while Glacier throttles.
 * @throws TransferError SourceMissing; AWS errors
 */
export async function orderArchive(
  jobs: JobRequests,
  settings: RunSettings,
  archive: ArchiveRow,
  workflowId: string,
  askedBefore: number | null,
): Promise<string | null> {
  const order = {
    Type: 'archive-retrieval',
    ArchiveId: archive.archiveId,
    Tier: settings.tier,
    Description: jobDescription(workflowId, archive.index),
    ...(settings.topicArn === null ? {} : { SNSTopic: settings.topicArn }),
  };
  try {
    return await jobs.request(settings.vault, order, askedBefore, abortSignal());
  } catch (error) {
    const fault = describeFault(error);
    if (fault.kind !== 'missing') throw error;
    throw new TransferError(
      Failure.SourceMissing,
      `Glacier does not know the archive any more (${faultSentence(fault)}). It was deleted after the inventory.`,
    );
  }
}
