import { activityInfo } from '@temporalio/activity';
import { getJobOutput } from '../src/aws/glacier-jobs';
import { lookAtKey, putWhole } from '../src/aws/s3-objects';
import { BodyReader } from '../src/bytes/body-reader';
import { readPart, type Part } from '../src/bytes/part';
import { Failure, TransferError } from '../src/failures';
import type { ArchiveRow } from '../src/wire/inventory';
import type { StoredObject } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';
import type { WholeInput } from '../src/wire/transfer';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { keepBeating } from './heartbeats';

/** A wrong hash is often the line's fault: fetched again so many times before the source itself is held to be bad. */
export const HASH_TRIES = 3;

/**
 * Moves one archive whole: job output into memory, tree hash against the inventory, then one PutObject.
 * @throws TransferError JobExpired, JobNotReady, HashMismatch, KeyTaken; AWS errors
 */
export async function moveOne(
  { clients, pool }: Dependencies,
  { settings, archive, jobId }: WholeInput,
  attempt: number,
  signal: AbortSignal,
): Promise<StoredObject> {
  if (attempt > 1) {
    const found = await lookAtKey(clients.s3, settings, archive);
    if (found.kind === 'same') return found.stored;
  }
  const part = await fetchWhole({ clients, pool }, settings, archive, jobId, attempt, signal);
  try {
    return await putWhole(clients, settings, archive, part, signal);
  } finally {
    part.release();
  }
}

async function fetchWhole(
  { clients, pool }: Pick<Dependencies, 'clients' | 'pool'>,
  settings: RunSettings,
  archive: ArchiveRow,
  jobId: string,
  attempt: number,
  signal: AbortSignal,
): Promise<Part> {
  const { sizeBytes } = archive;
  const bytes = { startByte: 0, endByte: sizeBytes, totalBytes: sizeBytes };
  const output = await getJobOutput(clients.glacier, settings, jobId, bytes, signal);
  const body = new BodyReader(output.body);
  try {
    const part = await readPart(body, sizeBytes, pool, signal);
    try {
      await body.finish();
      const root = part.root.toString('hex');
      if (root !== archive.treeHash) throw hashMismatch(archive, root, attempt);
      return part;
    } catch (error) {
      part.release();
      throw error;
    }
  } finally {
    body.abandon();
  }
}

/** What to say, and whether to fetch again, when the bytes are not those of the inventory. */
export const hashMismatch = (archive: ArchiveRow, found: string, attempt: number): TransferError =>
  new TransferError(
    Failure.HashMismatch,
    `archive ${archive.archiveId}: the bytes hash to ${found}, the inventory says ${archive.treeHash} (try ${attempt} ` +
      `of ${HASH_TRIES}). Nothing was stored under ${archive.key}. If a later run finds the same, the source is damaged.`,
    { retryable: attempt < HASH_TRIES },
  );

export const createTransferActivities = (dependencies: Dependencies) => ({
  /** Moves an archive of at most 64 MiB; see {@link moveOne}. */
  async moveWhole(input: WholeInput): Promise<StoredObject> {
    return await keepBeating(() => moveOne(dependencies, input, activityInfo().attempt, abortSignal()));
  },
});
