import { type Glacier, requireVault } from './environment';
import type { GlacierRequest, Reply } from './http';
import type { Upload } from './model';
import { partsInOrder } from './multipart';
import { firstOf, limitOf, sequenceKey, sequenceOfMarker } from './page';
import { rangeText } from './range';
import { dropIdleUploads, requireUpload } from './upload-life';
import type { Vault } from './vault';

const MOST_LISTED = 50;

/** By age. */
export async function listMultipartUploads(glacier: Glacier, { path, query }: GlacierRequest): Promise<Reply> {
  const vault = requireVault(glacier, path.vault);
  const limit = limitOf(query, MOST_LISTED);
  const after = sequenceOfMarker(query.get('marker'));
  await dropIdleUploads(glacier, vault);
  const uploads = [...vault.uploads.values()].filter(({ upload }) => upload.sequence > after);
  const page = firstOf(uploads, ({ upload }) => sequenceKey(upload.sequence), limit);
  const UploadsList = page.items.map(({ upload }) => descriptionOf(glacier, vault, upload));
  return { status: 200, json: { Marker: page.marker, UploadsList } };
}

/** By range. */
export function listParts(glacier: Glacier, { path, query }: GlacierRequest): Reply {
  const vault = requireVault(glacier, path.vault);
  const open = requireUpload(glacier, path);
  const limit = limitOf(query, MOST_LISTED);
  const parts = partsInOrder(open, sequenceOfMarker(query.get('marker')));
  const page = firstOf(parts, ([start]) => sequenceKey(start), limit);
  const Parts = page.items.map(([start, blob]) => ({
    RangeInBytes: rangeText({ start, end: start + blob.sizeBytes - 1 }),
    SHA256TreeHash: blob.treeHash,
  }));
  return { status: 200, json: { ...descriptionOf(glacier, vault, open.upload), Marker: page.marker, Parts } };
}

function descriptionOf(glacier: Glacier, vault: Vault, upload: Upload): Record<string, unknown> {
  return {
    ArchiveDescription: upload.description,
    CreationDate: upload.creationDate,
    MultipartUploadId: upload.id,
    PartSizeInBytes: upload.partSizeBytes,
    VaultARN: glacier.vaultArn(vault.name),
  };
}
