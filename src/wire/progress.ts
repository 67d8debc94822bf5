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

/** What blocks a run until someone fixes it. */
export interface Problem {
  readonly reason: Failure;
  /** What failed and how to fix it, one sentence. */
  readonly message: string;
}

/** AWS throttles requests: a state, not an error. */
export interface Throttle {
  /** Job requests per second that a worker process sends now. */
  readonly requestsPerSecond: number;
}

/**
 * What limits the requests of a run: the bytes per day, the requests per second, the in-flight limit (as much is
 * requested as can be downloaded before it expires), or a pause or problem.
 */
export type Limit = 'bytesPerDay' | 'requestsPerSecond' | 'inFlight' | 'paused';

/** Result of the root's query `progress` and of its updates. */
export interface RunProgress extends Tally {
  readonly run: string;
  readonly vault: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly state: RunState;
  /** What the run is doing or waiting for, one sentence. */
  readonly detail: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly shardCount: number;
  readonly openShards: readonly number[];
  readonly quarantinedRows: number;
  readonly inventoryDate: string | null;
  /** Places where the filter breaks the order of creation: Glacier counts each as a random retrieval. */
  readonly gaps: number;
  /** Null until the request has been checked. */
  readonly tier: Tier | null;
  readonly rateLimits: RateLimits;
  /** Verified bytes of the last whole hour; null before there was one. */
  readonly lastHourBytes: string | null;
  /** Bytes of archives that may have been requested so far, decimal string. */
  readonly admittedBytes: string;
  /** Null when nothing limits the run's requests. */
  readonly limitedBy: Limit | null;
  /** Failed archives by reason. */
  readonly failures: Readonly<Record<string, number>>;
  /** Set in the state `attention`. */
  readonly problem: Problem | null;
  readonly throttle: Throttle | null;
  /** Account id of the expected bucket owner; null until the request has been checked. */
  readonly bucketOwner: string | null;
  /** Of shards and receipts: s3://bucket/.glacier-transfer/<run>/ */
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
