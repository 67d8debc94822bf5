import { activityInfo } from '@temporalio/activity';
import { z } from 'zod';
import { Failure } from '../../src/failures';
import { MAX_ARCHIVE_BYTES } from '../../src/domain/part-plan';
import type { JobRef } from '../../src/wire/job';
import type { ArchiveFailure, PartProof, ReadProgress } from '../../src/wire/transfer';
import { archiveIndex, count, crc32, freeText, jobId, positiveCount, treeHash } from './fields';

/** How far an earlier try has come, as its heartbeats say: anybody who may write to the namespace may send one. */

/** More than any range has parts. */
const MOST_PARTS = 10_000;
/** Subtrees of which the tree of the largest archive is made, one for each power of two. */
const MOST_SUBTREES = 64;

/** Parts of a range that S3 holds. */
export const partProofs: z.ZodType<readonly PartProof[]> = z
  .array(z.object({ part: z.int().min(1).max(MOST_PARTS), root: treeHash, crc32 }))
  .max(MOST_PARTS);

/** Where the reading of an object is: never beyond the largest archive. */
export const readProgress: z.ZodType<ReadProgress> = z.object({
  etag: freeText,
  reads: count,
  doneBytes: count.max(MAX_ARCHIVE_BYTES),
  roots: z.array(z.object({ leaves: positiveCount.max(MAX_ARCHIVE_BYTES), root: treeHash })).max(MOST_SUBTREES),
});

/** What a retry of a batch must know: asking S3 twice is free, asking Glacier twice is not. */
export interface BatchProgress {
  readonly jobs: readonly JobRef[];
  readonly failed: readonly ArchiveFailure[];
}
export const batchProgress: z.ZodType<BatchProgress> = z.object({
  jobs: z.array(z.object({ index: archiveIndex, jobId })),
  failed: z.array(z.object({ index: archiveIndex, reason: z.enum(Failure), message: freeText })),
});

/** The position that the last heartbeat of an earlier try has told; null where there is none of this form. */
export function earlierPosition<Position>(form: z.ZodType<Position>): Position | null {
  const { success, data } = form.safeParse(activityInfo().heartbeatDetails);
  return success ? data : null;
}
