import type { CallRecord } from 'glacier-sandbox';
import type { Fingerprint } from './fingerprint';

/** A row of the vault's inventory, as the vault was filled, and what its archive's bytes are. */
export interface SeededRow {
  readonly archiveId: string;
  readonly description: string;
  readonly sizeBytes: number;
  /** As the inventory says. */
  readonly treeHash: string;
  /** Of the bytes themselves. */
  readonly truth: Fingerprint;
}

/** One version of an object outside the folder of runs. */
export interface FoundObject {
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  /** Base64; null where S3 keeps none over the whole object. */
  readonly crc32: string | null;
  /** Hex; null where S3 keeps none over the whole object. */
  readonly sha256: string | null;
  readonly archiveId: string | null;
  /** Tree hash that its metadata names. */
  readonly treeHash: string | null;
  /** Null where the sandbox drops bodies. */
  readonly readBack: Fingerprint | null;
}

export interface FoundUpload {
  readonly key: string;
  readonly uploadId: string;
}

/** Foreign objects and uploads in the bucket before the run. */
export interface Planted {
  readonly objects: readonly FoundObject[];
  readonly uploads: readonly FoundUpload[];
}

/** A receipt, as far as the oracle reads it. */
export interface Claim {
  readonly file: string;
  readonly archiveId: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly message: string | null;
  readonly key: string;
  readonly sizeBytes: number;
  readonly treeHash: string;
  readonly settledAt: string;
  readonly stored: {
    readonly key: string;
    readonly versionId: string | null;
    readonly sizeBytes: number;
    readonly crc32: string | null;
    readonly treeHash: string;
    readonly adopted: boolean;
    /** What the run says that ties the bytes to the inventory. */
    readonly proof?: string;
  } | null;
}

/** The run's own account of itself: summary.json, the root's result, or the answer to its query. */
export interface Account {
  readonly state: string;
  readonly archives: Readonly<Record<string, number>>;
  readonly bytes: Readonly<Record<string, string>>;
  readonly failures: Readonly<Record<string, number>>;
}

/** A call of the sandbox, and when it ended. */
export interface TimedCall extends CallRecord {
  readonly endedMs: number;
}

export interface FoundHistory {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly events: number;
  readonly sizeBytes: number;
  readonly largestPayloadBytes: number;
  /** Most that were open at a time, of the kind of which there were most. */
  readonly mostPending: number;
  /** Workflow tasks that failed because the code gave other commands than its history. */
  readonly strayTasks: number;
  /** As protobuf: payloads stand in it as they are. */
  readonly bytes: Buffer;
}

/** Text or bytes in which no secret may stand. */
export interface Paper {
  readonly name: string;
  readonly bytes: Buffer;
}

/** All that the oracle judges by, gathered when a run has ended. */
export interface World {
  readonly rows: readonly SeededRow[];
  readonly planted: Planted;
  readonly objects: readonly FoundObject[];
  readonly uploads: readonly FoundUpload[];
  readonly claims: readonly Claim[];
  /** summary.json; null when there is none. */
  readonly summary: Account | null;
  /** The answer to the root's query, asked after its end. */
  readonly progress: Account;
  /** Since the run was started, of this run. */
  readonly calls: readonly TimedCall[];
  readonly histories: readonly FoundHistory[];
  /** When a worker process was killed. */
  readonly killsMs: readonly number[];
  readonly secrets: readonly string[];
  /** Logs and the run's files; histories are searched too. */
  readonly papers: readonly Paper[];
}
