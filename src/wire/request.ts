/**
 * What a person gives to start a run. Only `vault` and `bucket` are required. Files are objects of S3: no worker opens a
 * path that a request names; `glacier-transfer start` uploads local files.
 */
export interface TransferRequest {
  readonly vault: string;
  readonly bucket: string;
  /** The account that the bucket belongs to, 12 digits. @default the vault's */
  readonly bucketOwner?: string;
  /** Put before every object key, as it is; ends in `/` to make a folder. @default '' */
  readonly prefix?: string;
  /**
   * Objects that stand in the bucket already are read back before they are adopted, unless S3 keeps their SHA-256.
   * @default false
   */
  readonly readAdopted?: boolean;
  /** An S3 storage class by its API name. @default 'DEEP_ARCHIVE' */
  readonly storageClass?: string;
  /** Bulk, Standard or Expedited. @default 'Bulk' */
  readonly tier?: string;
  /** An inventory, JSON or CSV, plain or gzip, to use instead of asking Glacier for one: s3://bucket/key. */
  readonly inventory?: string;
  /** How names are found in archive descriptions. @default 'auto' */
  readonly decode?: string;
  /** Names that go before those in the descriptions, CSV `GlacierArchiveID,FileName`: s3://bucket/key. */
  readonly names?: string;
  /** Which archives move. @default all */
  readonly filter?: TransferFilter;
  /** Most bytes requested from Glacier in a day, as a decimal string. @default '109951162777600' (100 TiB) */
  readonly bytesPerDay?: string;
  /** Most requests for jobs in a second. @default 100 */
  readonly requestsPerSecond?: number;
  readonly tuning?: TransferTuning;
}

/** An archive moves when all that is given here is true of it. What is left out is counted as excluded. */
export interface TransferFilter {
  /** Globs on names, the prefix not included; at least one must match. */
  readonly include?: readonly string[];
  /** Globs on names; none may match. */
  readonly exclude?: readonly string[];
  /** Created at this instant or later, ISO 8601. */
  readonly fromDate?: string;
  /** Created before this instant, ISO 8601. */
  readonly toDate?: string;
  readonly minSizeBytes?: number;
  readonly maxSizeBytes?: number;
  /** Archive ids, one a line: s3://bucket/key. */
  readonly idsFrom?: string;
  /** The first so many of the archives that pass, in order of creation. */
  readonly limit?: number;
}

/** How names are found: by what the description looks like, not at all, or in one format only. */
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

/** How fast a run may ask Glacier; both can be changed while it runs. */
export interface RateLimits {
  /** Decimal string. */
  readonly bytesPerDay: string;
  readonly requestsPerSecond: number;
}

/** For tests and special vaults; the defaults serve 60 archives and 10 million. */
export interface TransferTuning {
  /** Archives of this size and up get a workflow of their own. @default 67108864 (64 MiB) */
  readonly largeArchiveBytes?: number;
  /** Archives with their own workflow are moved in parts if they are larger than this. @default 67108864 (64 MiB) */
  readonly wholeLimitBytes?: number;
  /** Minimum size of a part: a power of two, at least 8 MiB. @default 16777216 (16 MiB) */
  readonly minPartBytes?: number;
  /** In a run of at most this many archives, each gets a workflow of its own. @default 2000 */
  readonly ownWorkflowUpTo?: number;
  /** Most archives in a shard. @default 5000 */
  readonly shardArchives?: number;
  /** Seconds without news of a job after which Glacier is asked. @default by tier, see docs/how-it-works.md */
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

/** A checked request with every default filled in: what workflows and activities work with. */
export interface RunSettings {
  readonly run: string;
  /** Tells two starts under one name apart: the id of the root's first Temporal run. */
  readonly startId: string;
  readonly vault: string;
  readonly vaultArn: string;
  readonly bucket: string;
  /** Sent with each request to S3, which refuses it when the bucket is somebody else's. */
  readonly bucketOwner: string;
  readonly prefix: string;
  readonly storageClass: StorageClass;
  readonly tier: Tier;
  readonly inventory: string | null;
  readonly decode: DecodeMode;
  readonly names: string | null;
  readonly filter: TransferFilter;
  /** Where Glacier announces finished jobs; null: `setup` was not run, polling alone finds them. */
  readonly topicArn: string | null;
  /** The rate limits that the run starts with. */
  readonly rateLimits: RateLimits;
  /** The server's namespace has our search attributes. */
  readonly searchAttributes: boolean;
  /** The destination held objects before the run: look at a key before paying for a retrieval. */
  readonly lookFirst: boolean;
  /** Missing in runs of earlier versions. */
  readonly readAdopted?: boolean;
  readonly largeArchiveBytes: number;
  readonly wholeLimitBytes: number;
  readonly minPartBytes: number;
  readonly ownWorkflowUpTo: number;
  readonly shardArchives: number;
  /** Seconds from a request to the first question about its job, and from one question to the next. */
  readonly firstPollSeconds: number;
  readonly pollSeconds: number;
  readonly continueAsNewAfter: number | null;
}
