import { startChild } from '@temporalio/workflow';
import type { OwnArchive } from '../src/wire/inventory';
import type { ArchiveOutcome } from '../src/wire/progress';
import type { RunSettings } from '../src/wire/request';
import type { SettledArchive } from '../src/wire/transfer';
import { archiveWorkflowId } from '../src/ids';
import { archive } from './archive';
import { endedBy } from './failure';
import { searchAttributesOf } from './search-attributes';

/** Starts on their way at a time; a thousand in one workflow task have been seen to lose it to its time-out. */
const STARTS_AT_ONCE = 100;

/** An archive with its size, which the shard's contents list apart. */
export interface SizedArchive extends OwnArchive {
  readonly sizeBytes: number;
}

/**
 * Runs a workflow for each of these archives, started in order of creation, and hands over how each one ended.
 * Returns those whose workflow did not come to write a receipt (never started, or terminated by hand).
 */
export async function runOwnArchives(
  settings: RunSettings,
  shard: number,
  archives: readonly SizedArchive[],
  onStart: (index: number) => void,
  onEnd: (index: number, outcome: ArchiveOutcome) => void,
): Promise<SettledArchive[]> {
  const lost: SettledArchive[] = [];
  const ends: Promise<void>[] = [];
  const begin = async (own: SizedArchive): Promise<void> => {
    const end = (outcome: ArchiveOutcome): void => onEnd(own.index, outcome);
    const fail = (error: unknown): void => {
      const ended = endedBy(error);
      lost.push({ index: own.index, jobIds: [], ...ended });
      end(ended);
    };
    try {
      const child = await startChild(archive, {
        workflowId: archiveWorkflowId(settings.run, own.archiveId),
        args: [{ settings, shard, ...own }],
        // A shard that is stopped takes its archives along, so that they can drop their uploads.
        parentClosePolicy: 'REQUEST_CANCEL',
        staticSummary: `archive ${own.index}, ${own.sizeBytes} bytes`,
        ...searchAttributesOf(settings),
      });
      onStart(own.index);
      ends.push(child.result().then(end, fail));
    } catch (error) {
      fail(error);
    }
  };
  const queue = archives.values();
  const lane = async (): Promise<void> => {
    for (const own of queue) await begin(own);
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, lane));
  await Promise.all(ends);
  return lost;
}
