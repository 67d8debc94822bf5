import { activityInfo } from '@temporalio/activity';
import { getJobOutput } from '../src/aws/glacier-jobs';
import { adoptByReading } from '../src/aws/read-adopted';
import { ObjectReading } from '../src/aws/read-back';
import { lookAtKey, putWhole } from '../src/aws/s3-objects';
import { BodyReader } from '../src/bytes/body-reader';
import { readPart, type Part } from '../src/bytes/part';
import { mustBeRead } from '../src/domain/must-be-read';
import { Failure, TransferError } from '../src/failures';
import type { ArchiveRow } from '../src/wire/inventory';
import type { StoredObject } from '../src/wire/receipt';
import type { WholeInput } from '../src/wire/transfer';
import { abortSignal, shutdownSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';
import { withRetry } from './with-retry';

/** A wrong hash is often the line's fault: fetched so many times before the source itself is held to be bad. */
export const HASH_TRIES = 3;

/**
 * Moves one archive whole: job output into memory, tree hash against the inventory, then one PutObject.
 * @param attempt of the activity; from the second on, the key is looked at first
 * @throws TransferError JobExpired, JobNotReady, HashMismatch, KeyTaken; AWS errors
 */
export async function moveOne(
  dependencies: Pick<Dependencies, 'clients' | 'pool'>,
  input: WholeInput,
  attempt: number,
  signal: AbortSignal,
): Promise<StoredObject> {
  const { clients } = dependencies;
  const { settings, archive } = input;
  if (attempt > 1) {
    const found = await lookAtKey(clients.s3, settings, archive);
    if (found.kind === 'same') {
      if (!mustBeRead(settings, found.stored)) return found.stored;
      // What cannot be read is held against the archive's own bytes: the job's output is there.
      const read = found.readable ? await readAdopted(dependencies, input, null, signal) : null;
      if (read !== null) return read;
    }
  }
  const stored = await fetchAndPut(dependencies, input, signal);
  if (!mustBeRead(settings, stored)) return stored;
  const read = await readAdopted(dependencies, input, stored.crc32, signal);
  if (read !== null) return read;
  throw new TransferError(Failure.Unavailable, `${archive.key} appeared and vanished again`, { retryable: true });
}

/** Adopts the object under the archive's key by its bytes; null when there is none any more. */
export async function readAdopted(
  { clients: { s3 } }: Pick<Dependencies, 'clients'>,
  { settings, archive }: Pick<WholeInput, 'settings' | 'archive'>,
  crc32: string | null,
  signal: AbortSignal,
): Promise<StoredObject | null> {
  const reading = new ObjectReading(s3, settings, archive);
  return await adoptByReading(s3, { settings, archive, crc32 }, reading, signal);
}

async function fetchAndPut(
  dependencies: Pick<Dependencies, 'clients' | 'pool'>,
  input: WholeInput,
  signal: AbortSignal,
): Promise<StoredObject> {
  const { settings, archive } = input;
  const part = await fetchProved(dependencies, input, signal);
  try {
    // A cancellation lets it end: what stands in the bucket is to be known as verified.
    const shutdown = shutdownSignal(signal);
    return await withRetry(() => putWhole(dependencies.clients, settings, archive, part, shutdown), shutdown);
  } finally {
    part.release();
  }
}

async function fetchProved(
  dependencies: Pick<Dependencies, 'clients' | 'pool'>,
  input: WholeInput,
  signal: AbortSignal,
): Promise<Part> {
  for (let tried = 1; ; tried += 1) {
    const part = await withRetry(() => fetchWhole(dependencies, input, signal), signal);
    const root = part.root.toString('hex');
    if (root === input.archive.treeHash) return part;
    part.release();
    if (tried === HASH_TRIES) throw hashMismatch(input.archive, root);
  }
}

async function fetchWhole(
  { clients, pool }: Pick<Dependencies, 'clients' | 'pool'>,
  { settings, archive: { sizeBytes }, jobId }: WholeInput,
  signal: AbortSignal,
): Promise<Part> {
  const bytes = { startByte: 0, endByte: sizeBytes, totalBytes: sizeBytes };
  const output = await getJobOutput(clients.glacier, settings, jobId, bytes, signal);
  const body = new BodyReader(output.body);
  try {
    const part = await readPart(body, sizeBytes, pool, signal);
    try {
      await body.finish();
      return part;
    } catch (error) {
      part.release();
      throw error;
    }
  } finally {
    body.close();
  }
}

/** What to say when the bytes, fetched again and again, are not those of the inventory. */
export const hashMismatch = (archive: ArchiveRow, found: string): TransferError =>
  new TransferError(
    Failure.HashMismatch,
    `archive ${archive.archiveId}: the bytes hash to ${found}, the inventory says ${archive.treeHash}. They were fetched ` +
      `${HASH_TRIES} times. Nothing was stored under ${archive.key}. If a later run finds the same, the source is damaged.`,
  );

export const createMoveWholeActivities = (dependencies: Dependencies) => ({
  /** Moves an archive of at most 64 MiB; see {@link moveOne}. */
  async moveWhole(input: WholeInput): Promise<StoredObject> {
    return await withHeartbeat(() => moveOne(dependencies, input, activityInfo().attempt, abortSignal()));
  },
});
