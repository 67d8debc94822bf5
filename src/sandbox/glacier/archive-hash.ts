import type { Glacier } from './environment';
import type { Archive } from './model';
import { type LeafRange, MIB } from './tree-hash';

/** Tree hash over some leaves of an archive, hex; that of the whole is at hand. */
export async function archiveTreeHash({ blobs }: Glacier, archive: Archive, leaves: LeafRange): Promise<string> {
  const isWhole = leaves.from === 0 && leaves.to === Math.ceil(archive.sizeBytes / MIB);
  return isWhole ? archive.treeHash : blobs.treeHash(archive.blobs, leaves);
}
