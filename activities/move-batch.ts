import { activityInfo } from '@temporalio/activity';
import { describeAwsError, awsErrorSentence } from '../src/aws/errors';
import { mapConcurrently } from '../src/bytes/map-concurrently';
import { receiptOf } from '../src/domain/receipt';
import { Failure, TransferError } from '../src/failures';
import { batchReceiptKey } from '../src/ids';
import { putReceipts } from '../src/run-folder/run-files';
import type { ArchiveRow } from '../src/wire/inventory';
import type { Problem } from '../src/wire/progress';
import type { Receipt, StoredObject } from '../src/wire/receipt';
import type { ArchiveFailure, BatchInput, BatchResult, ReadyJob } from '../src/wire/transfer';
import { abortSignal, NEVER_ABORTED } from './abort-signal';
import { lastingFailure, problemOf } from './classify-error';
import type { Dependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';
import { moveOne, readAdopted } from './move-whole';

/** Small archives are bound by round trips, not by bandwidth; memory is limited by the leaf pool, not by this. */
const CONCURRENT_ARCHIVES = 16;

type Ending =
  | { readonly kind: 'verified'; readonly stored: StoredObject }
  | { readonly kind: 'failed'; readonly failure: ArchiveFailure }
  | { readonly kind: 'expired' | 'notReady' }
  | { readonly kind: 'unsettled'; readonly error: unknown; readonly problem: Problem | null };

interface Moved {
  readonly job: ReadyJob;
  readonly archive: ArchiveRow;
  readonly ending: Ending;
}

/** Moves many small archives at a time, without a workflow for each. */
export const createMoveBatchActivities = (dependencies: Dependencies) => ({
  /**
   * Moves a batch and writes the receipts of the settled archives into one object. A retry checks each key first, so an
   * archive that an earlier attempt has stored is not moved again. If it is cancelled, archives settled by then count and
   * the rest is unsettled; likewise if there is a problem that only a person can fix: later archives are not tried.
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

/** If the object to be read back is gone, the archive must be retrieved. */
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

/**
 * Fails the unsettled archives that have no attempts left. Not if the activity was cancelled, nor for causes other than
 * the archive: a problem that a person must fix, a throttle.
 * @throws the error if no archive of the batch was settled: that is an outage, which the activity's retries wait out
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
