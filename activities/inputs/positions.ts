import { activityInfo } from '@temporalio/activity';
import { z } from 'zod';
import { MAX_ARCHIVE_BYTES } from '../../src/domain/part-plan';
import { Failure } from '../../src/failures';
import type { JobRef } from '../../src/wire/job';
import type { ArchiveFailure, PartProof, ReadProgress } from '../../src/wire/transfer';
import { archiveIndex, count, crc32, freeText, jobId, positiveCount, treeHash } from './fields';

/** Positions in the heartbeats of earlier attempts. Anyone with write access to the namespace may send one. */

/** No range has more parts. */
const MAX_PARTS = 10_000;
/** Subtrees in the tree of the largest archive, one per power of two. */
const MAX_SUBTREES = 64;

/** Parts of a range that S3 holds. */
export const partProofs: z.ZodType<readonly PartProof[]> = z
  .array(z.object({ part: z.int().min(1).max(MAX_PARTS), root: treeHash, crc32 }))
  .max(MAX_PARTS);

/** Progress of reading an object, at most the size of the largest archive. */
export const readProgress: z.ZodType<ReadProgress> = z.object({
  etag: freeText,
  reads: count,
  doneBytes: count.max(MAX_ARCHIVE_BYTES),
  roots: z.array(z.object({ leaves: positiveCount.max(MAX_ARCHIVE_BYTES), root: treeHash })).max(MAX_SUBTREES),
});

/** Progress of initiating a batch: a second request is free at S3, but not at Glacier. */
export interface BatchProgress {
  readonly jobs: readonly JobRef[];
  readonly failed: readonly ArchiveFailure[];
}
export const batchProgress: z.ZodType<BatchProgress> = z.object({
  jobs: z.array(z.object({ index: archiveIndex, jobId })),
  failed: z.array(z.object({ index: archiveIndex, reason: z.enum(Failure), message: freeText })),
});

/** The position in the last heartbeat of an earlier attempt; null if it has none of this form. */
export function earlierPosition<Position>(form: z.ZodType<Position>): Position | null {
  const { success, data } = form.safeParse(activityInfo().heartbeatDetails);
  return success ? data : null;
}
