import type { Tally } from './progress';

/** How an archive's key was derived; `override`: from the given names table. */
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
  /** Position of the archive in the run, 0-based, by CreationDate. */
  readonly index: number;
  readonly archiveId: string;
  readonly sizeBytes: number;
  /** SHA-256 tree hash in the inventory, lower-case hex. */
  readonly treeHash: string;
  /** As in the inventory, ISO 8601. */
  readonly creationDate: string;
  /** The raw archive description. Untrusted. */
  readonly description: string;
  /** Full object key with the prefix; unique in the run. */
  readonly key: string;
  readonly nameFormat: NameFormat;
  /** The archive gets its own workflow. */
  readonly ownWorkflow: boolean;
}

/** Maps archives to shards: a line of the file under shardIndexKey. */
export interface ShardIndexRow {
  readonly shard: number;
  /** Index of its first archive; the others follow without gaps. */
  readonly firstIndex: number;
  readonly archives: number;
  /** Decimal string. */
  readonly bytes: string;
}

/** Location of a shard's rows. */
export interface ShardRef {
  readonly run: string;
  readonly startId: string;
  readonly shard: number;
  readonly bucket: string;
  readonly bucketOwner: string;
}

/** Counts are safe numbers; bytes are decimal strings, because 10 PB exceed a safe number. */
export interface CountAndBytes {
  readonly archives: number;
  readonly bytes: string;
}

/** Result of preparing an inventory: references and counters, never lists. */
export interface PreparedInventory {
  /** When Glacier wrote the inventory, ISO 8601; null if the file does not say. */
  readonly inventoryDate: string | null;
  readonly shardCount: number;
  /** Archives in the shards. */
  readonly total: CountAndBytes;
  /** Archives that the filter excludes. */
  readonly excluded: CountAndBytes;
  /**
   * Places in the order of creation where excluded archives lie between others: Glacier counts each as a random
   * retrieval.
   */
  readonly gaps: number;
  /** Rows that are not valid archives (missing field, bad hash, duplicate id …), written to the quarantine file. */
  readonly quarantinedRows: number;
}

/** What a shard workflow has to know about its rows. */
export interface ShardContents {
  readonly firstIndex: number;
  /** Size of each archive, by index. */
  readonly sizesBytes: readonly number[];
  /** Archives with their own workflow; all others move in batches. */
  readonly ownWorkflow: readonly ArchiveRef[];
  /** Archives that an earlier workflow of the shard has verified; always empty for the first one. */
  readonly verified: readonly number[];
  /** Number of the next batch: receipts of earlier ones are kept. */
  readonly nextBatch: number;
}

/** What the run's folder says about the shards that an earlier workflow has released. */
export interface ResumedRun {
  /** Counters of the shards in which every archive is verified. */
  readonly closed: Tally;
  /** Shards in which some archive is not verified, to be opened again. */
  readonly reopened: readonly number[];
  /** First of the shards that have no receipts, neither they nor any later one. */
  readonly nextShard: number;
}
export interface ArchiveRef {
  readonly index: number;
  readonly archiveId: string;
}
