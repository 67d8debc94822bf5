/** What a person gives to start a run. Only `vault` and `bucket` are required. */
export interface TransferRequest {
  readonly vault: string;
  readonly bucket: string;
  /** The account that the bucket belongs to, 12 digits. @default the vault's */
  readonly bucketOwner?: string;
  /** Put before every object key, as it is; ends in `/` to make a folder. @default '' */
  readonly prefix?: string;
  /** An S3 storage class by its API name. @default 'DEEP_ARCHIVE' */
  readonly storageClass?: string;
  /** Bulk, Standard or Expedited. @default 'Bulk' */
  readonly tier?: string;
  /** A JSON inventory to use instead of asking Glacier for one: a path on the control worker's machine or s3://bucket/key. */
  readonly inventory?: string;
  /** Most bytes requested from Glacier in a day, as a decimal string. @default '109951162777600' (100 TiB) */
  readonly bytesPerDay?: string;
  readonly tuning?: TransferTuning;
}

/** For tests and special vaults; the defaults serve 60 archives and 10 million. */
export interface TransferTuning {
  /** Archives of this size and up get a workflow of their own. @default 67108864 (64 MiB) */
  readonly largeArchiveBytes?: number;
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
  /** Where Glacier announces finished jobs; null: `setup` was not run, polling alone finds them. */
  readonly topicArn: string | null;
  readonly bytesPerDay: string;
  /** The server's namespace has our search attributes. */
  readonly searchAttributes: boolean;
  /** The destination held objects before the run: look at a key before paying for a retrieval. */
  readonly lookFirst: boolean;
  readonly largeArchiveBytes: number;
  readonly ownWorkflowUpTo: number;
  readonly shardArchives: number;
  /** Seconds from a request to the first question about its job, and from one question to the next. */
  readonly firstPollSeconds: number;
  readonly pollSeconds: number;
  readonly continueAsNewAfter: number | null;
}
