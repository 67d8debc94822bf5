import { METADATA_ARCHIVE_ID, METADATA_CREATION_DATE, METADATA_DESCRIPTION, METADATA_TREE_HASH } from '../ids';
import type { ArchiveRow } from '../wire/inventory';

/** S3 holds 2 KB of user metadata, keys included; what the other three take leaves this much for the description. */
const MOST_DESCRIPTION_BYTES = 1_500;

/**
 * The user metadata of an archive's object: enough to recognise it without us. The description is percent-encoded,
 * since headers carry ASCII only; one that is too long is left to the receipt.
 */
export function objectMetadata(archive: ArchiveRow): Record<string, string> {
  const description = encodeURIComponent(archive.description.toWellFormed());
  const fits = description !== '' && description.length <= MOST_DESCRIPTION_BYTES;
  return {
    [METADATA_ARCHIVE_ID]: archive.archiveId,
    [METADATA_TREE_HASH]: archive.treeHash,
    [METADATA_CREATION_DATE]: archive.creationDate,
    ...(fits ? { [METADATA_DESCRIPTION]: description } : {}),
  };
}

/**
 * True when an object's metadata names this archive. Such an object was completed by us, after its tree hash had
 * been checked: nothing else writes these names.
 */
export function isOurObject(metadata: Record<string, string> | undefined, archive: ArchiveRow): boolean {
  return metadata?.[METADATA_ARCHIVE_ID] === archive.archiveId && metadata[METADATA_TREE_HASH] === archive.treeHash;
}
