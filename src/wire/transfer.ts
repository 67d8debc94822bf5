import type { Failure } from '../failures';
import type { ArchiveRow } from './inventory';
import type { JobRef } from './job';
import type { Problem, Throttle } from './progress';
import type { StoredObject } from './receipt';
import type { RunSettings } from './request';

/**
 * An archive looked up in its shard, with the object that stands under its key if it is this very archive, or else the
 * job that was requested for it. Neither of them: AWS throttles, ask again later.
 */
export interface OpenedArchive {
  readonly archive: ArchiveRow;
  readonly stored: StoredObject | null;
  readonly jobId: string | null;
  readonly throttle: Throttle | null;
}

/** An archive whose object is to be read back before it is adopted. */
export interface ReadAdoptedInput {
  readonly settings: RunSettings;
  readonly archive: ArchiveRow;
  /** CRC32 of the archive's bytes, base64, where this run has had them; otherwise null. */
  readonly crc32: string | null;
  /** Where an interrupted reading had come to. */
  readonly progress: ReadProgress | null;
}

/** How far the reading of an object is. Heartbeats and interrupted readings carry it. */
export interface ReadProgress {
  readonly etag: string;
  /** Whole reads before this one. */
  readonly reads: number;
  readonly doneBytes: number;
  /** Of the tree hash of these bytes. */
  readonly roots: readonly SubtreeRoot[];
}

/** A full subtree of a tree hash: 1 MiB leaves below it, a power of two, and its root, lower-case hex. */
export interface SubtreeRoot {
  readonly leaves: number;
  readonly root: string;
}

/** One archive with a finished job, to move whole. */
export interface WholeInput {
  readonly settings: RunSettings;
  readonly archive: ArchiveRow;
  readonly jobId: string;
}

/** Proof of one part: its tree hash (hex) and CRC32 (unsigned). Heartbeats and interrupted ranges carry them. */
export interface PartProof {
  readonly part: number;
  readonly root: string;
  readonly crc32: number;
}

/** One range of an archive, to move into its multipart upload. */
export interface RangeInput extends WholeInput {
  readonly uploadId: string;
  /** 0-based number of the range in the archive's plan. */
  readonly range: number;
  /** Parts that an earlier, interrupted try of this range has proved. */
  readonly proved: readonly PartProof[];
}

/** A moved range: a node of the archive's tree, and a piece of its CRC. */
export interface RangeResult {
  readonly range: number;
  readonly treeHash: string;
  readonly crc32: number;
  readonly sizeBytes: number;
}

export interface CompleteInput {
  readonly settings: RunSettings;
  readonly archive: ArchiveRow;
  readonly uploadId: string;
  /** Every range of the plan, in order. */
  readonly ranges: readonly RangeResult[];
}

/** Small archives with finished jobs, to move one after another. */
export interface BatchInput {
  readonly settings: RunSettings;
  readonly shard: number;
  /** Number of the batch in its shard; names its receipts. */
  readonly batch: number;
  readonly jobs: readonly ReadyJob[];
}
export interface ReadyJob {
  readonly index: number;
  readonly jobId: string;
  readonly requestedAtMs: number;
  readonly readyAtMs: number;
  /** The archive has used up its tries: what would be tried again is now a failure. */
  readonly lastTry: boolean;
  /** There is no job: an object stands under the archive's key, to be read back and adopted. */
  readonly readBack?: true;
}

/** How each archive of a batch ended, by index. */
export interface BatchResult {
  readonly verified: readonly number[];
  readonly failed: readonly ArchiveFailure[];
  /** Their job's output is gone, or the object that was to be read back: request again. */
  readonly expired: readonly number[];
  /** Their job is not ready after all: wait on. */
  readonly notReady: readonly number[];
  /** A passing fault outlived the activity's own tries: move again later. */
  readonly unsettled: readonly number[];
  /** What only a person can mend; the archives it struck are unsettled. */
  readonly problem: Problem | null;
}

export interface ArchiveFailure {
  readonly index: number;
  readonly reason: Failure;
  readonly message: string;
}

/** Small archives to request. */
export interface InitiateBatchInput {
  readonly settings: RunSettings;
  readonly shard: number;
  readonly workflowId: string;
  /** Number of the batch in its shard; names the receipts of adopted archives. */
  readonly batch: number;
  readonly indexes: readonly number[];
  /** Those of them that may have a job from before they were taken up again: it is looked for first. */
  readonly mayHaveJobs: readonly number[];
  readonly requestsPerSecond: number;
}
export interface InitiateBatchResult {
  readonly jobs: readonly JobRef[];
  /** Already in the bucket: verified without a retrieval. */
  readonly adopted: readonly number[];
  /** Already in the bucket, to be adopted once they have been read back. */
  readonly toRead?: readonly number[];
  readonly failed: readonly ArchiveFailure[];
  /** A passing fault, a throttle or a problem that ended the batch early: request again later. */
  readonly unsettled: readonly number[];
  /** Those of the unsettled for which an earlier try, or this one, may have begun a job without hearing of it. */
  readonly possiblyInitiated: readonly number[];
  readonly throttle: Throttle | null;
  /** What only a person can mend. */
  readonly problem: Problem | null;
}

/** A small archive that ended without being moved by a batch. */
export interface SettledArchive {
  readonly index: number;
  readonly outcome: 'failed' | 'skipped';
  readonly reason: Failure;
  readonly message: string;
  readonly jobIds: readonly string[];
}
