import type { Tally } from './progress';

/** How an archive's key was found; `override`: given by a person. */
export const NAME_FORMATS = [
  'fastglacier',
  'cloudberry',
  'qnap',
  'mt-aws-glacier',
  'git-annex',
  'plain',
  'blank',
  'unreadable',
  'override',
] as const;
export type NameFormat = (typeof NAME_FORMATS)[number];

/** One archive of a run: a line of a shard file (JSONL). */
export interface ArchiveRow {
  /** Number of the archive in the run, 0-based, in order of CreationDate. */
  readonly index: number;
  readonly archiveId: string;
  readonly sizeBytes: number;
  /** SHA-256 tree hash of the inventory, lower-case hex. */
  readonly treeHash: string;
  /** As in the inventory, ISO 8601. */
  readonly creationDate: string;
  /** The raw archive description. Untrusted. */
  readonly description: string;
  /** Full object key, prefix included; unique in the run. */
  readonly key: string;
  readonly nameFormat: NameFormat;
  /** The archive gets a workflow of its own. */
  readonly ownWorkflow: boolean;
}

/** Where an archive's shard is found: a line of the file under shardIndexKey. */
export interface ShardIndexRow {
  readonly shard: number;
  /** Index of its first archive; the others follow it without a gap. */
  readonly firstIndex: number;
  readonly archives: number;
  /** Decimal string. */
  readonly bytes: string;
}

/** Where a shard's rows are. */
export interface ShardRef {
  readonly run: string;
  readonly startId: string;
  readonly shard: number;
  readonly bucket: string;
  readonly bucketOwner: string;
}

/** Counts are safe numbers; bytes are decimal strings, since 10 PB exceed a safe number. */
export interface CountAndBytes {
  readonly archives: number;
  readonly bytes: string;
}

/** Result of preparing an inventory: references and counters, never lists. */
export interface PreparedInventory {
  /** When Glacier wrote the inventory, ISO 8601; null where the file does not say. */
  readonly inventoryDate: string | null;
  readonly shardCount: number;
  /** Archives in the shards. */
  readonly total: CountAndBytes;
  /** Archives that the filter leaves out. */
  readonly excluded: CountAndBytes;
  /**
   * Places where archives that are left out lie between others, in order of creation: Glacier takes what comes behind
   * each for a random retrieval.
   */
  readonly gaps: number;
  /** Rows that are no archive (missing field, bad hash, duplicate id …), written to the quarantine file. */
  readonly quarantinedRows: number;
}

/** What a shard workflow must know of its rows. */
export interface ShardContents {
  readonly firstIndex: number;
  /** Size of each archive, in order of index. */
  readonly sizesBytes: readonly number[];
  /** Archives with a workflow of their own; all others move in batches. */
  readonly ownWorkflow: readonly ArchiveRef[];
  /** Archives that an earlier workflow of the shard has verified; always empty the first time. */
  readonly verified: readonly number[];
  /** Number of the next batch: receipts of earlier ones stay. */
  readonly nextBatch: number;
}

/** What the run's folder says of the shards that an earlier workflow has released. */
export interface ResumedRun {
  /** Counters of the shards whose every archive is verified. */
  readonly closed: Tally;
  /** Shards with archives that are not. */
  readonly reopened: readonly number[];
  /** The first shard of which there is no receipt yet, nor of any later one. */
  readonly nextShard: number;
}
export interface ArchiveRef {
  readonly index: number;
  readonly archiveId: string;
}
