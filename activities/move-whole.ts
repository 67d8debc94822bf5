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

export const createMoveWholeActivities = (dependencies: Dependencies) => ({
  /** Moves an archive of at most 64 MiB; see {@link moveOne}. */
  async moveWhole(input: WholeInput): Promise<StoredObject> {
    return await withHeartbeat(() => moveOne(dependencies, input, activityInfo().attempt, abortSignal()));
  },
});

/** Downloads of bytes with a wrong hash, which the line often causes, before the source itself counts as corrupted. */
export const MAX_HASH_ATTEMPTS = 3;

/**
 * Moves one archive whole: reads the job output into memory, compares the tree hash with the inventory, then sends one
 * PutObject.
 * @param attempt of the activity; from the second on, the key is checked first
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
      // An object that cannot be read is compared with the archive's bytes, which the job's output provides.
      const read = found.readable ? await readAdopted(dependencies, input, null, signal) : null;
      if (read !== null) return read;
    }
  }
  const stored = await fetchAndPut(dependencies, input, signal);
  if (!mustBeRead(settings, stored)) return stored;
  const read = await readAdopted(dependencies, input, stored.crc32, signal);
  if (read !== null) return read;
  throw new TransferError(Failure.Unavailable, `${archive.key} appeared and disappeared again`, { retryable: true });
}

/** Adopts the object under the archive's key after reading its bytes; null if there is no longer one. */
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
    // A cancellation lets it finish: an object in the bucket must be recorded as verified.
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
  for (let attempt = 1; ; attempt += 1) {
    const part = await withRetry(() => fetchWhole(dependencies, input, signal), signal);
    const root = part.root.toString('hex');
    if (root === input.archive.treeHash) return part;
    part.release();
    if (attempt === MAX_HASH_ATTEMPTS) throw hashMismatch(input.archive, root);
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

export const hashMismatch = (archive: ArchiveRow, found: string): TransferError =>
  new TransferError(
    Failure.HashMismatch,
    `archive ${archive.archiveId}: the bytes hash to ${found}, but the inventory says ${archive.treeHash}. They were ` +
      `downloaded ${MAX_HASH_ATTEMPTS} times. Nothing was stored under ${archive.key}. If a later run finds the same, ` +
      'the source is corrupted.',
  );
