import type { Failure } from '../failures';
import type { NameFormat } from './inventory';

export const OUTCOMES = ['verified', 'failed', 'skipped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * Proof that the bytes of a stored object match the tree hash in the inventory, the strongest first:
 * - `sha256`: S3's own SHA-256 of the object is the tree hash, which it is up to 1 MiB;
 * - `read-back`: every byte was read from S3 and matches it;
 * - `crc32`: S3's CRC32 equals that of the bytes that matched it in the worker's memory;
 * - `metadata`: only the object's metadata and size match; there was nothing to compare its CRC32 with.
 */
export const PROOFS = ['sha256', 'read-back', 'crc32', 'metadata'] as const;
export type Proof = (typeof PROOFS)[number];

/** What S3 confirmed about a stored object. */
export interface StoredObject {
  readonly key: string;
  readonly versionId: string | null;
  /** Actual class; an adopted object keeps the class that an earlier run gave it. */
  readonly storageClass: string;
  readonly etag: string;
  /** S3's full-object CRC32, base64; null if S3 has the SHA-256 instead, which then equals the tree hash. */
  readonly crc32: string | null;
  readonly sizeBytes: number;
  /** Tree hash of the bytes that were sent, lower-case hex. */
  readonly treeHash: string;
  /** The object already existed and is this archive. */
  readonly adopted: boolean;
  /** Missing in receipts of earlier versions. */
  readonly proof?: Proof;
  /** AWS request id of PutObject, CompleteMultipartUpload or HeadObject. */
  readonly requestId: string;
}

/** Outcome of one archive and its reason: the record that remains after Temporal has deleted the run. */
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
  /** Tree hash in the inventory. */
  readonly treeHash: string;
  readonly bucket: string;
  readonly key: string;
  readonly nameFormat: NameFormat;
  /** The requested class. */
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
