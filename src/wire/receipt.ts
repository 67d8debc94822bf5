import type { Failure } from '../failures';
import type { NameFormat } from './inventory';

export const OUTCOMES = ['verified', 'failed', 'skipped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * What ties the bytes of a stored object to the tree hash of the inventory, the strongest first:
 * - `sha256`: S3's own SHA-256 of the object is the tree hash, which it is up to 1 MiB;
 * - `read-back`: every byte was read from S3 and hashes to it;
 * - `crc32`: S3's CRC32 is that of bytes that hashed to it in the worker's memory;
 * - `metadata`: only the object's metadata and size say so; nothing was there to compare its CRC32 with.
 */
export const PROOFS = ['sha256', 'read-back', 'crc32', 'metadata'] as const;
export type Proof = (typeof PROOFS)[number];

/** What S3 confirmed of a stored object. */
export interface StoredObject {
  readonly key: string;
  readonly versionId: string | null;
  /** As it is; an adopted object keeps the class that an earlier run gave it. */
  readonly storageClass: string;
  readonly etag: string;
  /** Full-object CRC32 as S3 gives it, base64; null where S3 keeps the SHA-256 instead, which is the tree hash then. */
  readonly crc32: string | null;
  readonly sizeBytes: number;
  /** Tree hash of the bytes that were sent, lower-case hex. */
  readonly treeHash: string;
  /** The object was there already and is this archive. */
  readonly adopted: boolean;
  /** Missing in receipts of earlier versions. */
  readonly proof?: Proof;
  /** AWS request id of the put, the completion or the look. */
  readonly requestId: string;
}

/** How one archive ended and why: the line that stays when Temporal has forgotten the run. */
export interface Receipt {
  readonly receiptVersion: 1;
  readonly run: string;
  readonly shard: number;
  readonly index: number;
  readonly vaultArn: string;
  readonly archiveId: string;
  readonly description: string;
  readonly creationDate: string;
  readonly sizeBytes: number;
  /** Tree hash of the inventory. */
  readonly treeHash: string;
  readonly bucket: string;
  readonly key: string;
  readonly nameFormat: NameFormat;
  /** The class that was asked for. */
  readonly storageClass: string;
  readonly outcome: Outcome;
  /** Null when verified. */
  readonly reason: Failure | null;
  /** What happened and what to do next; null when verified. */
  readonly message: string | null;
  readonly stored: StoredObject | null;
  /** Glacier jobs requested for it, oldest first. */
  readonly jobIds: readonly string[];
  readonly requestedAt: string | null;
  readonly readyAt: string | null;
  readonly settledAt: string;
  readonly softwareVersion: string;
}
