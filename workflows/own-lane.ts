import { startChild } from '@temporalio/workflow';
import type { OwnArchive } from '../src/wire/inventory';
import type { ArchiveOutcome } from '../src/wire/progress';
import type { RunSettings } from '../src/wire/request';
import type { SettledArchive } from '../src/wire/transfer';
import { archiveWorkflowId } from '../src/ids';
import { archive } from './archive';
import { endedBy } from './failure';
import { searchAttributesOf } from './search-attributes';

/** Starts within one workflow task; more have been seen to lose the task to its time-out. */
const STARTS_AT_ONCE = 50;

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
  for (let start = 0; start < archives.length; start += STARTS_AT_ONCE) {
    const burst = archives.slice(start, start + STARTS_AT_ONCE);
    await Promise.all(
      burst.map(async (own) => {
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
      }),
    );
  }
  await Promise.all(ends);
  return lost;
}
