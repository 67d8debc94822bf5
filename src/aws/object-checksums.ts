import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { LEAF_BYTES } from '../domain/tree-hash';
import type { ArchiveRow } from '../wire/inventory';

/** What S3 keeps over all bytes of an object, base64; undefined what it does not keep. */
export interface WholeChecksums {
  readonly crc32: string | undefined;
  readonly sha256: string | undefined;
}

/** A composite checksum covers those of parts, and says nothing of the whole. */
export const wholeChecksums = (reply: HeadObjectCommandOutput): WholeChecksums =>
  reply.ChecksumType === 'FULL_OBJECT'
    ? { crc32: reply.ChecksumCRC32, sha256: reply.ChecksumSHA256 }
    : { crc32: undefined, sha256: undefined };

/**
 * SHA-256 of an archive's bytes, base64, by the inventory: a tree of one leaf, 1 MiB at most, is the hash of that leaf.
 * Null above. Source: Glacier developer guide, "Computing Checksums".
 */
export const inventorySha256 = ({ sizeBytes, treeHash }: Pick<ArchiveRow, 'sizeBytes' | 'treeHash'>): string | null =>
  sizeBytes <= LEAF_BYTES ? Buffer.from(treeHash, 'hex').toString('base64') : null;
