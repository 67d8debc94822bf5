/**
 * Input of a run. Only `vault` and `bucket` are required. Files are S3 objects: no worker opens a path from a request;
 * `glacier-transfer start` uploads local files.
 */
export interface TransferRequest {
  readonly vault: string;
  readonly bucket: string;
  /** Account id of the bucket owner, 12 digits. @default the vault's */
  readonly bucketOwner?: string;
  /** Prefix of every object key, used verbatim; ends in `/` to make a folder. @default '' */
  readonly prefix?: string;
  /**
   * Existing objects are read back before they are adopted, unless S3 has their SHA-256.
   * @default false
   */
  readonly readAdopted?: boolean;
  /** An S3 storage class by its API name. @default 'DEEP_ARCHIVE' */
  readonly storageClass?: string;
  /** Bulk, Standard or Expedited. @default 'Bulk' */
  readonly tier?: string;
  /** An inventory, JSON or CSV, plain or gzip, to use instead of an inventory job: s3://bucket/key. */
  readonly inventory?: string;
  /** How archive descriptions are decoded to names. @default 'auto' */
  readonly decode?: string;
  /** Names that take precedence over those in the descriptions, CSV `GlacierArchiveID,FileName`: s3://bucket/key. */
  readonly names?: string;
  /** Which archives move. @default all */
  readonly filter?: TransferFilter;
  /** Maximum bytes requested from Glacier per day, a decimal string. @default '109951162777600' (100 TiB) */
  readonly bytesPerDay?: string;
  /** Maximum job requests per second. @default 100 */
  readonly requestsPerSecond?: number;
  readonly tuning?: TransferTuning;
}

/** An archive moves if it matches every given condition. All others are counted as excluded. */
export interface TransferFilter {
  /** Globs on names without the prefix; at least one must match. */
  readonly include?: readonly string[];
  /** Globs on names without the prefix; none may match. */
  readonly exclude?: readonly string[];
  /** Created at this time or later, ISO 8601. */
  readonly fromDate?: string;
  /** Created before this time, ISO 8601. */
  readonly toDate?: string;
  readonly minSizeBytes?: number;
  readonly maxSizeBytes?: number;
  /** Archive ids, one per line: s3://bucket/key. */
  readonly idsFrom?: string;
  /** Maximum number of archives; the oldest that match. */
  readonly limit?: number;
}

/** How descriptions are decoded: by detected format, not at all, or in one format only. */
export const DECODE_MODES = [
  'auto',
  'raw',
  'fastglacier',
  'cloudberry',
  'qnap',
  'mt-aws-glacier',
  'git-annex',
] as const;
export type DecodeMode = (typeof DECODE_MODES)[number];

/** Limits on job requests; both can be changed during the run. */
export interface RateLimits {
  /** Decimal string. */
  readonly bytesPerDay: string;
  readonly requestsPerSecond: number;
}

/** For tests and unusual vaults; the defaults suit 60 archives as well as 10 million. */
export interface TransferTuning {
  /** Archives of this size or larger get their own workflow. @default 67108864 (64 MiB) */
  readonly largeArchiveBytes?: number;
  /** Archives with their own workflow are moved in parts if they are larger than this. @default 67108864 (64 MiB) */
  readonly wholeLimitBytes?: number;
  /** Minimum size of a part: a power of two, at least 8 MiB. @default 16777216 (16 MiB) */
  readonly minPartBytes?: number;
  /** In a run of at most this many archives, each gets its own workflow. @default 2000 */
  readonly ownWorkflowUpTo?: number;
  /** Maximum archives per shard. @default 5000 */
  readonly shardArchives?: number;
  /** Seconds without a notification of a job after which Glacier is polled. @default by tier, see docs/how-it-works.md */
  readonly pollSeconds?: number;
  /** History events after which the root continues as new. @default Temporal's suggestion */
  readonly continueAsNewAfter?: number;
}

export const STORAGE_CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const;
export type StorageClass = (typeof STORAGE_CLASSES)[number];

export const TIERS = ['Bulk', 'Standard', 'Expedited'] as const;
export type Tier = (typeof TIERS)[number];

/** A checked request with all defaults: the input of workflows and activities. */
export interface RunSettings {
  readonly run: string;
  /** Distinguishes two starts under one name: the id of the root's first Temporal run. */
  readonly startId: string;
  readonly vault: string;
  readonly vaultArn: string;
  readonly bucket: string;
  /** Sent as the expected bucket owner with each S3 request; S3 rejects it for another owner's bucket. */
  readonly bucketOwner: string;
  readonly prefix: string;
  readonly storageClass: StorageClass;
  readonly tier: Tier;
  readonly inventory: string | null;
  readonly decode: DecodeMode;
  readonly names: string | null;
  readonly filter: TransferFilter;
  /** SNS topic of job notifications; null if `setup` was not run, and finished jobs are found only by polling. */
  readonly topicArn: string | null;
  /** Initial rate limits. */
  readonly rateLimits: RateLimits;
  /** The server's namespace has our search attributes. */
  readonly searchAttributes: boolean;
  /** The destination was not empty before the run: check each key before paying for a retrieval. */
  readonly lookFirst: boolean;
  /** Missing in runs of earlier versions. */
  readonly readAdopted?: boolean;
  readonly largeArchiveBytes: number;
  readonly wholeLimitBytes: number;
  readonly minPartBytes: number;
  readonly ownWorkflowUpTo: number;
  readonly shardArchives: number;
  /** Seconds from a request to the first poll of its job; `pollSeconds` between polls. */
  readonly firstPollSeconds: number;
  readonly pollSeconds: number;
  readonly continueAsNewAfter: number | null;
}
