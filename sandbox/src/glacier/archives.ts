import { checkedDescription, type Glacier, isoDate, newArchiveId, requireVault } from './environment';
import { invalidParameter } from './errors';
import { type GlacierRequest, header, type Reply } from './http';
import { receiveBlob } from './receive';
import type { StoredArchive } from './model';
import { filesToDiscard } from './needed-files';

const MOST_BYTES = 4 * 1024 ** 3;

export async function uploadArchive(glacier: Glacier, request: GlacierRequest): Promise<Reply> {
  const { path } = request;
  requireVault(glacier, path.vault);
  const description = checkedDescription(header(request, 'x-amz-archive-description') ?? '');
  const blob = await receiveBlob(glacier, request, MOST_BYTES);
  const archive: StoredArchive = {
    id: newArchiveId(),
    sequence: glacier.store.nextSequence(),
    description,
    creationDate: isoDate(glacier.now()),
    sizeBytes: blob.sizeBytes,
    treeHash: blob.treeHash,
    blobs: [blob],
  };
  glacier.store.record({ type: 'archive-stored', vault: path.vault, archive });
  return archiveReply(glacier, path.vault, archive);
}

/** The reply to the creation of an archive: by a single upload or the completion of a multipart upload. */
export function archiveReply(glacier: Glacier, vault: string, archive: Pick<StoredArchive, 'id' | 'treeHash'>): Reply {
  return {
    status: 201,
    headers: {
      'x-amz-archive-id': archive.id,
      'x-amz-sha256-tree-hash': archive.treeHash,
      Location: `/${glacier.accountId}/vaults/${vault}/archives/${archive.id}`,
    },
  };
}

/** Succeeds for an archive that is already deleted. */
export async function deleteArchive(glacier: Glacier, { path }: GlacierRequest): Promise<Reply> {
  const vault = requireVault(glacier, path.vault);
  if (path.archive === '') throw invalidParameter('Invalid archive ID');
  const archive = vault.archives.get(path.archive);
  if (archive !== undefined) {
    const date = isoDate(glacier.now());
    glacier.store.record({ type: 'archive-deleted', vault: vault.name, archiveId: archive.id, date });
    await glacier.blobs.discard(filesToDiscard(vault, archive));
  }
  return { status: 204 };
}
