import { archiveReply } from './archives';
import { checkedDescription, type Glacier, isoDate, newArchiveId, newUploadId, requireVault } from './environment';
import { invalidParameter, notFound } from './errors';
import { type GlacierRequest, header, type Reply, requireHeader } from './http';
import type { Archive, Blob, OpenUpload, Upload, Vault } from './model';
import { pageOf, sequenceKey } from './page';
import { parseContentRange, rangeText, sizeOf } from './range';
import { receiveBlob } from './receive';
import { MIB, treeRoot } from './tree-hash';

const LARGEST_PART_BYTES = 4096 * MIB;
const MOST_PARTS = 10_000;
const MOST_LISTED = 50;

export function initiateMultipartUpload(glacier: Glacier, request: GlacierRequest): Reply {
  const vault = requireVault(glacier, request.path.vault);
  const upload: Upload = {
    id: newUploadId(),
    sequence: glacier.store.nextSequence(),
    description: checkedDescription(header(request, 'x-amz-archive-description') ?? '').trimStart(),
    partSizeBytes: partSizeOf(requireHeader(request, 'x-amz-part-size')),
    creationDate: isoDate(glacier.now()),
  };
  glacier.store.record({ type: 'upload-started', vault: vault.name, upload });
  return {
    status: 201,
    headers: {
      'x-amz-multipart-upload-id': upload.id,
      Location: `/${glacier.accountId}/vaults/${vault.name}/multipart-uploads/${upload.id}`,
    },
  };
}

function partSizeOf(text: string): number {
  const partSizeBytes = Number(text);
  const isPowerOfTwoMib = Number.isInteger(Math.log2(partSizeBytes / MIB));
  if (!isPowerOfTwoMib || partSizeBytes < MIB || partSizeBytes > LARGEST_PART_BYTES) {
    throw invalidParameter(`Invalid part size: ${text} (a power of two times 1 MiB, up to 4 GiB)`);
  }
  return partSizeBytes;
}

/** Parts come in any order; a part sent again replaces the earlier one. */
export async function uploadMultipartPart(glacier: Glacier, request: GlacierRequest): Promise<Reply> {
  const { path, call, incoming } = request;
  const range = parseContentRange(requireHeader(request, 'content-range'));
  call.detail['range'] = rangeText(range);
  const { partSizeBytes } = requireUpload(glacier, path).upload;
  if (range.start % partSizeBytes !== 0 || sizeOf(range) > partSizeBytes) {
    throw invalidParameter(`The part ${rangeText(range)} is not aligned to the part size ${partSizeBytes}.`);
  }
  if (range.start / partSizeBytes >= MOST_PARTS) throw invalidParameter(`More than ${MOST_PARTS} parts.`);
  if (Number(incoming.headers['content-length']) !== sizeOf(range)) {
    throw invalidParameter(`Content-Range ${rangeText(range)} is not as long as the content.`);
  }
  const blob = await receiveBlob(glacier, request, partSizeBytes);
  const replaced = openUpload(glacier, path)?.parts.get(range.start);
  if (openUpload(glacier, path) === undefined) {
    await glacier.blobs.discard([blob.file]);
    throw uploadNotFound(path.upload);
  }
  glacier.store.record({
    type: 'part-stored',
    vault: path.vault,
    uploadId: path.upload,
    start: range.start,
    blob,
  });
  if (replaced !== undefined) await glacier.blobs.discard([replaced.file]);
  return { status: 204, headers: { 'x-amz-sha256-tree-hash': blob.treeHash } };
}

/** Asked again after it succeeded, gives the same archive again. */
export function completeMultipartUpload(glacier: Glacier, request: GlacierRequest): Reply {
  const { path } = request;
  const vault = requireVault(glacier, path.vault);
  const treeHash = requireHeader(request, 'x-amz-sha256-tree-hash');
  const sizeBytes = Number(requireHeader(request, 'x-amz-archive-size'));
  const completed = vault.completedUploads.get(path.upload);
  if (completed !== undefined) return archiveReply(glacier, vault.name, { id: completed, treeHash });

  const { upload, parts } = requireUpload(glacier, path);
  const blobs = contiguousParts(parts, sizeBytes);
  const computed = treeRoot(blobs.map((blob) => Buffer.from(blob.treeHash, 'hex'))).toString('hex');
  if (computed !== treeHash) {
    throw invalidParameter(`Checksum mismatch: expected tree hash ${treeHash}, computed ${computed}`);
  }
  const archive: Archive = {
    id: newArchiveId(),
    sequence: glacier.store.nextSequence(),
    description: upload.description,
    creationDate: isoDate(glacier.now()),
    sizeBytes,
    treeHash,
    blobs,
  };
  glacier.store.record({ type: 'archive-stored', vault: vault.name, archive, uploadId: upload.id });
  return archiveReply(glacier, vault.name, archive);
}

/** The parts in order. @throws GlacierError unless they fill `sizeBytes` without a gap; a short one before the last leaves a gap */
function contiguousParts(parts: ReadonlyMap<number, Blob>, sizeBytes: number): Blob[] {
  let end = 0;
  const blobs = sortedParts(parts).map(([start, blob]) => {
    if (start !== end) {
      throw invalidParameter(`The parts of the upload leave a gap: nothing from byte ${end} to ${start - 1}.`);
    }
    end = start + blob.sizeBytes;
    return blob;
  });
  if (blobs.length === 0 || end !== sizeBytes) {
    throw invalidParameter(`The parts of the upload have ${end} bytes, the archive size is given as ${sizeBytes}.`);
  }
  return blobs;
}

const sortedParts = (parts: ReadonlyMap<number, Blob>): [number, Blob][] => [...parts].sort(([a], [b]) => a - b);

export async function abortMultipartUpload(glacier: Glacier, { path }: GlacierRequest): Promise<Reply> {
  const { upload, parts } = requireUpload(glacier, path);
  glacier.store.record({ type: 'upload-aborted', vault: path.vault, uploadId: upload.id });
  await glacier.blobs.discard([...parts.values()].map((blob) => blob.file));
  return { status: 204 };
}

export function listMultipartUploads(glacier: Glacier, { path, query }: GlacierRequest): Reply {
  const vault = requireVault(glacier, path.vault);
  const page = pageOf(vault.uploads.values(), ({ upload }) => sequenceKey(upload.sequence), query, MOST_LISTED);
  const UploadsList = page.items.map(({ upload }) => descriptionOf(glacier, vault, upload));
  return { status: 200, json: { Marker: page.marker, UploadsList } };
}

export function listParts(glacier: Glacier, { path, query }: GlacierRequest): Reply {
  const vault = requireVault(glacier, path.vault);
  const { upload, parts } = requireUpload(glacier, path);
  const page = pageOf(sortedParts(parts), ([start]) => sequenceKey(start), query, MOST_LISTED);
  const Parts = page.items.map(([start, blob]) => ({
    RangeInBytes: rangeText({ start, end: start + blob.sizeBytes - 1 }),
    SHA256TreeHash: blob.treeHash,
  }));
  return { status: 200, json: { ...descriptionOf(glacier, vault, upload), Marker: page.marker, Parts } };
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

const uploadNotFound = (uploadId: string): Error => notFound(`The upload ID was not found: ${uploadId}`);

const openUpload = (glacier: Glacier, path: { vault: string; upload: string }): OpenUpload | undefined =>
  glacier.store.vault(path.vault)?.uploads.get(path.upload);

function requireUpload(glacier: Glacier, path: { vault: string; upload: string }): OpenUpload {
  requireVault(glacier, path.vault);
  const upload = openUpload(glacier, path);
  if (upload === undefined) throw uploadNotFound(path.upload);
  return upload;
}
