import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { LEAF_BYTES } from '../domain/tree-hash';
import type { ArchiveRow } from '../wire/inventory';

/** S3's checksums over all bytes of an object, base64; undefined if it has none. */
export interface WholeChecksums {
  readonly crc32: string | undefined;
  readonly sha256: string | undefined;
}

/** A composite checksum covers the checksums of parts, not the bytes of the whole object. */
export const wholeChecksums = (reply: HeadObjectCommandOutput): WholeChecksums =>
  reply.ChecksumType === 'FULL_OBJECT'
    ? { crc32: reply.ChecksumCRC32, sha256: reply.ChecksumSHA256 }
    : { crc32: undefined, sha256: undefined };

/**
 * SHA-256 of an archive's bytes, base64, from the inventory: the tree hash of a single leaf, at most 1 MiB, is its
 * SHA-256. Null for larger archives. Source: Glacier developer guide, "Computing Checksums".
 */
export const inventorySha256 = ({ sizeBytes, treeHash }: Pick<ArchiveRow, 'sizeBytes' | 'treeHash'>): string | null =>
  sizeBytes <= LEAF_BYTES ? Buffer.from(treeHash, 'hex').toString('base64') : null;
