import type { Failure } from '../failures';
import type { RateLimits, Tier } from './request';

export const RUN_STATES = [
  'inventory',
  'transferring',
  'paused',
  'attention',
  'cancelling',
  'completed',
  'completed-with-failures',
  'cancelled',
  'failed',
] as const;
export type RunState = (typeof RUN_STATES)[number];

export const ARCHIVE_STATES = ['waiting', 'requested', 'ready', 'moving', 'verified', 'failed', 'skipped'] as const;
export type ArchiveState = (typeof ARCHIVE_STATES)[number];

/** Archives by state; each archive is in exactly one. */
export interface Counts {
  readonly total: number;
  readonly waiting: number;
  readonly requested: number;
  readonly ready: number;
  readonly moving: number;
  readonly verified: number;
  readonly failed: number;
  readonly skipped: number;
  readonly excluded: number;
}

/** The same in bytes, decimal strings. */
export type ByteCounts = { readonly [K in keyof Counts]: string };

export interface Tally {
  readonly archives: Counts;
  readonly bytes: ByteCounts;
}

/** What keeps a run from going on until a person has mended it. */
export interface Problem {
  readonly reason: Failure;
  /** One plain sentence: what AWS refused, and what to do about it. */
  readonly message: string;
}

/** AWS takes fewer requests than we would send: a state, not an error. */
export interface Throttle {
  /** Requests for jobs that a worker process sends now. */
  readonly requestsPerSecond: number;
}

/**
 * What keeps a run from requesting more: the bytes per day, the requests per second, the download window (what is on its
 * way is as much as can be fetched in time), or a person or a problem.
 */
export type Limit = 'bytesPerDay' | 'requestsPerSecond' | 'inFlight' | 'paused';

/** Answer of the root's query `progress`, and of its updates. */
export interface RunProgress extends Tally {
  readonly run: string;
  readonly vault: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly state: RunState;
  /** What the run waits for or does, one sentence. */
  readonly detail: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly shardCount: number;
  readonly openShards: readonly number[];
  readonly quarantinedRows: number;
  readonly inventoryDate: string | null;
  /** Places where the filter breaks the order of creation: retrievals behind them count as random. */
  readonly gaps: number;
  /** Null until the request has been checked. */
  readonly tier: Tier | null;
  /** How fast the run may ask Glacier. */
  readonly rateLimits: RateLimits;
  /** Verified bytes of the last whole hour; null before there was one. */
  readonly lastHourBytes: string | null;
  /** Bytes of archives that were let go to Glacier so far, decimal string. */
  readonly admittedBytes: string;
  /** What keeps the run from requesting more at this moment; null when nothing does. */
  readonly limitedBy: Limit | null;
  /** Failed archives by reason. */
  readonly failures: Readonly<Record<string, number>>;
  /** Set in the state `attention`. */
  readonly problem: Problem | null;
  readonly throttle: Throttle | null;
  /** The account that the bucket must belong to; null until the request has been checked. */
  readonly bucketOwner: string | null;
  /** Where shards and receipts are: s3://bucket/.glacier-transfer/<run>/ */
  readonly location: string;
}

/** Result of the root workflow. */
export interface TransferSummary extends Tally {
  readonly run: string;
  readonly vault: string;
  readonly state: RunState;
  readonly quarantinedRows: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly location: string;
}

/** One row of a shard's query `archives`. */
export interface ArchiveStateRow {
  readonly index: number;
  readonly state: ArchiveState;
  readonly reason: string | null;
}
export interface ArchivePageRequest {
  /** First index wanted. */
  readonly from: number;
  /** At most 1,000. */
  readonly limit: number;
}

/** Answer of an archive workflow's query `status`. */
export interface ArchiveStatus {
  readonly archiveId: string;
  readonly index: number;
  readonly key: string | null;
  readonly sizeBytes: number;
  readonly state: ArchiveState;
  readonly jobIds: readonly string[];
  readonly movedBytes: number;
  readonly requestedAt: string | null;
  readonly readyAt: string | null;
  readonly settledAt: string | null;
  readonly reason: string | null;
  readonly message: string | null;
}
