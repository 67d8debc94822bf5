import type { BlobStore } from './blobs';
import type { Archive } from './model';
import type { ByteRange } from './range';
import { type LeafRange, MIB } from './tree-hash';

/** The bytes of a range of an archive, as shared views that must not be changed. */
export function archiveBytes(
  blobs: BlobStore,
  archive: Archive,
  range: ByteRange,
): Iterable<Buffer> | AsyncIterable<Buffer> {
  return 'blobs' in archive ? blobs.read(archive.blobs, range) : archive.content.read(range);
}

/** Tree hash over some leaves of an archive, hex; that of the whole archive is already known. */
export async function archiveTreeHash(blobs: BlobStore, archive: Archive, leaves: LeafRange): Promise<string> {
  const isWhole = leaves.from === 0 && leaves.to === Math.ceil(archive.sizeBytes / MIB);
  if (isWhole) return archive.treeHash;
  return 'blobs' in archive ? blobs.treeHash(archive.blobs, leaves) : archive.content.rangeTreeHash(leaves);
}

/** The files of the blob store that hold an archive's bytes. */
export const archiveFiles = (archive: Archive): string[] =>
  'blobs' in archive ? archive.blobs.map((blob) => blob.file) : [];
