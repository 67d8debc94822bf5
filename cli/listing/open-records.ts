import { Queries } from '../../src/ids';
import type { RunBucket } from '../../src/verify/check-archive';
import type { ArchiveStateRow, RunProgress } from '../../src/wire/progress';
import { withAws, withTemporal, type CliContext } from '../context';
import { queryWorkflow, Run } from '../runs';
import { liveStates, NO_LIVE_STATES, type LiveStates } from './listing';
import { isFinal } from '../status/render';
import { recordedBucket, RunRecords } from '../../src/run-folder/run-records';

/** Location of a run's records, from the user. */
export interface RecordsPlace {
  /** If omitted, the run itself is queried. */
  readonly bucket?: string;
  readonly bucketOwner?: string;
}

/** Everything known about a run: its records, and its current answers. */
export interface OpenRun {
  readonly place: RunBucket;
  readonly records: RunRecords;
  /** The run's own progress; null without Temporal. */
  readonly progress: RunProgress | null;
  readonly live: LiveStates;
  /** For a run without a list of archives. @throws CliError that says how the run ended, if it ended incomplete */
  readonly ended: () => Promise<void>;
  /** Queries a workflow of the run; null without Temporal. */
  readonly query:
    (<Answer>(workflowId: string, query: keyof typeof Queries, ...args: unknown[]) => Promise<Answer>) | null;
}

/**
 * Opens the records of a run: in the given bucket, without Temporal, or in the run's own bucket, together with
 * answers from its open shards.
 * @throws CliError when Temporal does not know the run or no worker answers
 */
export async function withRun<Result>(
  context: CliContext,
  name: string,
  { bucket, bucketOwner }: RecordsPlace,
  use: (run: OpenRun) => Promise<Result>,
): Promise<Result> {
  return withAws(context, async ({ s3 }) => {
    const open = async (
      named: string,
      owner: string | null | undefined,
    ): Promise<Pick<OpenRun, 'place' | 'records'>> => {
      const owned = owner ? { bucket: named, bucketOwner: owner } : await recordedBucket(s3, named, name);
      return { place: { s3, ...owned }, records: new RunRecords(s3, owned, name) };
    };
    if (bucket !== undefined) {
      const { records, place } = await open(bucket, bucketOwner);
      return use({ place, records, progress: null, live: NO_LIVE_STATES, ended: async () => undefined, query: null });
    }
    return withTemporal(context, async (client) => {
      const asked = new Run(client, name);
      const progress = await asked.progress();
      const query = <Answer>(
        workflowId: string,
        queryName: keyof typeof Queries,
        ...args: unknown[]
      ): Promise<Answer> => queryWorkflow<Answer>(client, workflowId, queryName, ...args);
      const live = liveStates(name, progress.openShards, (workflowId, request) =>
        query<readonly ArchiveStateRow[]>(workflowId, Queries.archives, request),
      );
      const ended = async (): Promise<void> => {
        const { total, excluded } = progress.archives;
        if (isFinal(progress.state) && total + excluded === 0) await asked.assertComplete();
      };
      const opened = open(progress.bucket, bucketOwner ?? progress.bucketOwner);
      const { records, place } = await opened.catch(async (error: unknown) => {
        await ended();
        throw error;
      });
      return use({ place, records, progress, live, ended, query });
    });
  });
}
