import type { Failure } from '../failures';
import type { ArchiveRow } from './inventory';
import type { JobRef } from './job';
import type { Problem, Throttle } from './progress';
import type { StoredObject } from './receipt';
import type { RunSettings } from './request';

/**
 * An archive from its shard, with the object under its key if that is this archive, or else the job that was initiated
 * for it. With neither, AWS throttles: request again later.
 */
export interface OpenedArchive {
  readonly archive: ArchiveRow;
  readonly stored: StoredObject | null;
  readonly jobId: string | null;
  readonly throttle: Throttle | null;
}

/** An archive whose object has to be read back before it is adopted. */
export interface ReadAdoptedInput {
  readonly settings: RunSettings;
  readonly archive: ArchiveRow;
  /** CRC32 of the archive's bytes, base64; null if this run has not downloaded them. */
  readonly crc32: string | null;
  /** Progress of an interrupted read. */
  readonly progress: ReadProgress | null;
}

/** Progress of reading an object back; in heartbeats and in failures of interrupted reads. */
export interface ReadProgress {
  readonly etag: string;
  /** Complete reads before this one. */
  readonly reads: number;
  readonly doneBytes: number;
  /** Of the tree hash of these bytes. */
  readonly roots: readonly SubtreeRoot[];
}

/** A full subtree of a tree hash: its number of 1 MiB leaves, a power of two, and its root, lower-case hex. */
export interface SubtreeRoot {
  readonly leaves: number;
  readonly root: string;
}

/** One archive with a finished job, moved whole. */
export interface WholeInput {
  readonly settings: RunSettings;
  readonly archive: ArchiveRow;
  readonly jobId: string;
}

/** Tree hash (hex) and CRC32 (unsigned) of an uploaded part; in heartbeats and in failures of interrupted ranges. */
export interface PartProof {
  readonly part: number;
  readonly root: string;
  readonly crc32: number;
}

/** One range of an archive, moved into its multipart upload. */
export interface RangeInput extends WholeInput {
  readonly uploadId: string;
  /** 0-based number of the range in the archive's plan. */
  readonly range: number;
  /** Parts that an earlier, interrupted attempt at this range has uploaded. */
  readonly proved: readonly PartProof[];
}

/** A moved range: a node of the archive's tree hash, and a piece of its CRC. */
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

/** Small archives with finished jobs, moved by one activity. */
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
  /** The archive has no attempts left: what would otherwise be retried is a failure. */
  readonly lastTry: boolean;
  /** There is no job: the object under the archive's key is read back and adopted. */
  readonly readBack?: true;
}

/** Outcome of each archive of a batch, by index. */
export interface BatchResult {
  readonly verified: readonly number[];
  readonly failed: readonly ArchiveFailure[];
  /** Their job's output has expired, or the object to read back is gone: request again. */
  readonly expired: readonly number[];
  /** Their job is not finished: keep waiting. */
  readonly notReady: readonly number[];
  /** A temporary error outlasted the activity's own retries: move again later. */
  readonly unsettled: readonly number[];
  /** What has to be fixed first; the affected archives are unsettled. */
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
  /** Those that may have a job from an earlier attempt, which is looked for first. */
  readonly mayHaveJobs: readonly number[];
  readonly requestsPerSecond: number;
}
export interface InitiateBatchResult {
  readonly jobs: readonly JobRef[];
  /** Already in the bucket: verified without a retrieval. */
  readonly adopted: readonly number[];
  /** Already in the bucket, adopted once they have been read back. */
  readonly toRead?: readonly number[];
  readonly failed: readonly ArchiveFailure[];
  /** A temporary error, a throttle or a problem ended the batch early: request again later. */
  readonly unsettled: readonly number[];
  /** Unsettled archives whose job may have been initiated, by this attempt or an earlier one, without a response. */
  readonly possiblyInitiated: readonly number[];
  readonly throttle: Throttle | null;
  /** What has to be fixed first. */
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
