import type { Proof } from '../../src/wire/receipt';

/** What ties the bytes of one object to the inventory. */
export const PROOF_TEXT: Readonly<Record<Proof, string>> = {
  sha256: "S3's SHA-256 of the object is the tree hash",
  'read-back': 'every byte was read back from S3 and hashes to the tree hash',
  crc32: "S3's CRC32 of the object is that of bytes that hashed to the tree hash",
  metadata: 'metadata and size: adopted without reading its bytes',
};

/** The same for many, behind a count: `300 by SHA-256`. */
export const PROVED_BY: Readonly<Record<Proof, string>> = {
  sha256: 'by SHA-256',
  'read-back': 'by every byte read back',
  crc32: 'by CRC32 and metadata',
  metadata: 'by metadata and size (adopted unread)',
};
