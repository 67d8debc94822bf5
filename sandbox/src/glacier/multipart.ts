import { archiveReply } from './archives';
import { checkedDescription, type Glacier, isoDate, newArchiveId, newUploadId, requireVault } from './environment';
import { invalidParameter } from './errors';
import { type GlacierRequest, header, type Reply, requireHeader } from './http';
import type { Blob, OpenUpload, StoredArchive, Upload } from './model';
import { firstOf, limitOf, sequenceKey, sequenceOfMarker } from './page';
import { parseContentRange, rangeText, sizeOf } from './range';
import { receiveBlob } from './receive';
import { MIB, treeRoot } from './tree-hash';
import { dropIdleUploads, dropUpload, recentlyEnded, requireUpload, uploadNotFound } from './upload-life';
import type { Vault } from './vault';

const LARGEST_PART_BYTES = 4096 * MIB;
const MOST_PARTS = 10_000;
const MOST_LISTED = 50;

export async function initiateMultipartUpload(glacier: Glacier, request: GlacierRequest): Promise<Reply> {
  const { vault } = request.path;
  await dropIdleUploads(glacier, requireVault(glacier, vault));
  const upload: Upload = {
    id: newUploadId(),
    sequence: glacier.store.nextSequence(),
    description: checkedDescription(header(request, 'x-amz-archive-description') ?? '').trimStart(),
    partSizeBytes: partSizeOf(requireHeader(request, 'x-amz-part-size')),
    creationDate: isoDate(glacier.now()),
  };
  requireVault(glacier, vault);
  glacier.store.record({ type: 'upload-started', vault, upload });
  return {
    status: 201,
    headers: {
      'x-amz-multipart-upload-id': upload.id,
      Location: `/${glacier.accountId}/vaults/${vault}/multipart-uploads/${upload.id}`,
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
  // However long the part took to arrive: its arrival counts as activity.
  const open = glacier.store.vault(path.vault)?.uploads.get(path.upload);
  if (open === undefined) {
    await glacier.blobs.discard([blob.file]);
    throw uploadNotFound(path.upload);
  }
  const replaced = open.parts.get(range.start);
  glacier.store.record({
    type: 'part-stored',
    vault: path.vault,
    uploadId: path.upload,
    start: range.start,
    blob,
    date: isoDate(glacier.now()),
  });
  if (replaced !== undefined) await glacier.blobs.discard([replaced.file]);
  return { status: 204, headers: { 'x-amz-sha256-tree-hash': blob.treeHash } };
}

/** Repeated soon after it succeeded, returns the same archive. */
export function completeMultipartUpload(glacier: Glacier, request: GlacierRequest): Reply {
  const { path } = request;
  const vault = requireVault(glacier, path.vault);
  const treeHash = requireHeader(request, 'x-amz-sha256-tree-hash');
  const sizeBytes = archiveSizeOf(requireHeader(request, 'x-amz-archive-size'));
  const completed = recentlyEnded(vault, path.upload, glacier.now())?.archiveId ?? null;
  if (completed !== null) return archiveReply(glacier, vault.name, { id: completed, treeHash });

  const open = requireUpload(glacier, path);
  const blobs = contiguousParts(open, sizeBytes);
  const computed = treeRoot(blobs.map((blob) => Buffer.from(blob.treeHash, 'hex'))).toString('hex');
  if (computed !== treeHash) {
    throw invalidParameter(`Checksum mismatch: expected tree hash ${treeHash}, computed ${computed}`);
  }
  const archive: StoredArchive = {
    id: newArchiveId(),
    sequence: glacier.store.nextSequence(),
    description: open.upload.description,
    creationDate: isoDate(glacier.now()),
    sizeBytes,
    treeHash,
    blobs,
  };
  glacier.store.record({ type: 'archive-stored', vault: vault.name, archive, uploadId: open.upload.id });
  return archiveReply(glacier, vault.name, archive);
}

function archiveSizeOf(text: string): number {
  const sizeBytes = /^\d{1,15}$/.test(text) ? Number(text) : Infinity;
  if (sizeBytes > MOST_PARTS * LARGEST_PART_BYTES) throw invalidParameter(`Invalid archive size: ${text}`);
  return sizeBytes;
}

/** The parts in order. @throws GlacierError unless they fill `sizeBytes` without a gap; a short one before the last leaves a gap */
function contiguousParts(open: OpenUpload, sizeBytes: number): Blob[] {
  let end = 0;
  const blobs = [...partsInOrder(open, -1)].map(([start, blob]) => {
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

/** The parts that start after a byte, in order, with their first bytes: all of them multiples of the part size. */
function* partsInOrder({ upload, parts }: OpenUpload, after: number): Generator<readonly [number, Blob]> {
  for (let part = Math.floor(after / upload.partSizeBytes) + 1; part < MOST_PARTS; part++) {
    const start = part * upload.partSizeBytes;
    const blob = parts.get(start);
    if (blob !== undefined) yield [start, blob];
  }
}

/** Succeeds again for a while after it succeeded. @throws GlacierError 404 for a completed upload */
export async function abortMultipartUpload(glacier: Glacier, { path }: GlacierRequest): Promise<Reply> {
  const vault = requireVault(glacier, path.vault);
  if (recentlyEnded(vault, path.upload, glacier.now())?.archiveId !== null) {
    await dropUpload(glacier, vault, requireUpload(glacier, path));
  }
  return { status: 204 };
}

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
