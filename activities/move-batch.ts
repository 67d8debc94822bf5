import { activityInfo } from '@temporalio/activity';
import { describeAwsError, awsErrorSentence } from '../src/aws/errors';
import { putReceipts } from '../src/run-folder/run-files';
import { mapConcurrently } from '../src/bytes/map-concurrently';
import { receiptOf } from '../src/domain/receipt';
import { Failure, TransferError } from '../src/failures';
import { batchReceiptKey } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';
import type { Problem } from '../src/wire/progress';
import type { Receipt, StoredObject } from '../src/wire/receipt';
import type { ArchiveFailure, BatchInput, BatchResult, ReadyJob } from '../src/wire/transfer';
import { abortSignal, NEVER_ABORTED } from './abort-signal';
import type { Dependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';
import { lastingFailure, problemOf } from './classify-error';
import { moveOne, readAdopted } from './move-whole';

/** Small archives wait on round trips, not on bandwidth; memory is bounded by the leaf pool, not by this. */
const CONCURRENT_ARCHIVES = 16;

type Ending =
  | { readonly kind: 'verified'; readonly stored: StoredObject }
  | { readonly kind: 'failed'; readonly failure: ArchiveFailure }
  | { readonly kind: 'expired' | 'notReady' }
  | { readonly kind: 'unsettled'; readonly error: unknown; readonly problem: Problem | null };

/** Moves small archives many at a time, without a workflow for each. */
export const createMoveBatchActivities = (dependencies: Dependencies) => ({
  /**
   * Moves a batch and writes the receipts of what ended, in one object. A retry looks at each key first, so what an
   * earlier try has stored is not moved again. When it is cancelled, what has ended by then counts; the rest is unsettled.
   * So it is when something turns up that only a person can mend: the archives behind it are not tried.
   */
  async moveBatch({ settings, shard, batch, jobs }: BatchInput): Promise<BatchResult> {
    const { attempt } = activityInfo();
    const signal = abortSignal();
    const archives = await dependencies.shards.archives(
      { ...settings, shard },
      jobs.map((job) => job.index),
    );
    const pairs = jobs.map((job, position) => ({ job, archive: archives[position] as ArchiveRow }));
    let stop: Ending | null = null;
    const move = async (job: ReadyJob, archive: ArchiveRow): Promise<Ending> => {
      if (signal.aborted) return unsettled(signal.reason);
      if (stop !== null) return stop;
      const work =
        job.readBack === true
          ? readAdopted(dependencies, { settings, archive }, null, signal)
          : moveOne(dependencies, { settings, archive, jobId: job.jobId }, attempt, signal);
      const ending = await work.then(settled, (error: unknown) => endingOf(job, error, attempt, signal));
      if (ending.kind === 'unsettled' && ending.problem !== null) stop ??= ending;
      return ending;
    };
    const moved = await withHeartbeat(() =>
      mapConcurrently(pairs, CONCURRENT_ARCHIVES, NEVER_ABORTED, async ({ job, archive }): Promise<Moved> => ({
        job,
        archive,
        ending: await move(job, archive),
      })),
    );
    const problem = problemAmong(moved);
    const ended = settleLastTries(moved, problem, signal);

    const receipts = ended.flatMap(({ job, archive, ending }): Receipt[] => {
      if (ending.kind !== 'verified' && ending.kind !== 'failed') return [];
      const failure = ending.kind === 'failed' ? ending.failure : null;
      return [
        receiptOf(settings, archive, {
          shard,
          outcome: ending.kind,
          reason: failure?.reason ?? null,
          message: failure?.message ?? null,
          stored: ending.kind === 'verified' ? ending.stored : null,
          ...(job.readBack === true ? NO_JOB : timesOf(job)),
          settledAt: new Date().toISOString(),
          softwareVersion: dependencies.softwareVersion,
        }),
      ];
    });
    if (receipts.length > 0) {
      const key = batchReceiptKey(settings.run, shard, batch);
      await putReceipts(dependencies.clients.s3, settings, key, receipts);
    }

    const indexesOf = (kind: Ending['kind']): number[] =>
      ended.filter(({ ending }) => ending.kind === kind).map(({ job }) => job.index);
    return {
      verified: indexesOf('verified'),
      failed: ended.flatMap(({ ending }) => (ending.kind === 'failed' ? [ending.failure] : [])),
      expired: indexesOf('expired'),
      notReady: indexesOf('notReady'),
      unsettled: indexesOf('unsettled'),
      problem,
    };
  },
});

const NO_JOB = { jobIds: [], requestedAt: null, readyAt: null };

const timesOf = ({ jobId, requestedAtMs, readyAtMs }: ReadyJob) => ({
  jobIds: [jobId],
  requestedAt: new Date(requestedAtMs).toISOString(),
  readyAt: new Date(readyAtMs).toISOString(),
});

/** An object that was to be read back and is gone leaves its archive to be requested. */
const settled = (stored: StoredObject | null): Ending =>
  stored === null ? { kind: 'expired' } : { kind: 'verified', stored };
const unsettled = (error: unknown, problem: Problem | null = null): Ending => ({ kind: 'unsettled', error, problem });

function endingOf({ index, lastTry }: ReadyJob, error: unknown, attempt: number, signal: AbortSignal): Ending {
  if (signal.aborted) return unsettled(error);
  if (error instanceof TransferError && error.type === Failure.JobExpired) return { kind: 'expired' };
  if (error instanceof TransferError && error.type === Failure.JobNotReady) return { kind: 'notReady' };
  const problem = problemOf(error, lastTry ? Infinity : attempt);
  if (problem !== null) return unsettled(error, problem);
  const lasting = lastingFailure(index, error);
  return lasting === null ? unsettled(error) : { kind: 'failed', failure: lasting };
}

const problemAmong = (moved: readonly Moved[]): Problem | null =>
  moved.map(({ ending }) => (ending.kind === 'unsettled' ? ending.problem : null)).find((one) => one !== null) ?? null;

interface Moved {
  readonly job: ReadyJob;
  readonly archive: ArchiveRow;
  readonly ending: Ending;
}

/**
 * Fails the unsettled archives whose tries are used up. Not when the activity was cancelled under them, nor for what no
 * archive is to blame for: a problem that a person mends, a throttle that passes.
 * @throws the fault when not one archive of the batch has settled: that is an outage, which the activity's retries wait out
 */
function settleLastTries(moved: readonly Moved[], problem: Problem | null, signal: AbortSignal): readonly Moved[] {
  if (problem !== null) return moved;
  const errors = moved.flatMap(({ ending }) => (ending.kind === 'unsettled' ? [ending.error] : []));
  if (errors.length === moved.length) throw errors[0];
  return moved.map((one) => {
    const { job, ending } = one;
    if (ending.kind !== 'unsettled' || !job.lastTry || signal.aborted) return one;
    const awsError = describeAwsError(ending.error);
    if (awsError.kind === 'throttled') return one;
    const failure = { index: job.index, reason: Failure.Unavailable, message: awsErrorSentence(awsError) };
    return { ...one, ending: { kind: 'failed', failure } };
  });
}
