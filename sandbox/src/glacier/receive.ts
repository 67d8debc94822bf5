import { type Glacier, requireVault } from './environment';
import { invalidParameter, missingParameter } from './errors';
import { type GlacierRequest, requireHeader } from './http';
import type { Blob } from './model';

/**
 * Stores a request's body: 1 to `mostBytes` bytes whose SHA-256 and tree hash are those of the request's headers.
 * @throws GlacierError after which the body is removed
 */
export async function receiveBlob(glacier: Glacier, request: GlacierRequest, mostBytes: number): Promise<Blob> {
  const contentLength = request.incoming.headers['content-length'];
  if (contentLength === undefined) throw missingParameter('Content-Length');
  const sizeBytes = Number(contentLength);
  if (sizeBytes < 1 || sizeBytes > mostBytes) {
    throw invalidParameter(`Invalid content length: ${contentLength} (1 to ${mostBytes})`);
  }
  const expected = {
    sha256: requireHeader(request, 'x-amz-content-sha256'),
    treeHash: requireHeader(request, 'x-amz-sha256-tree-hash'),
  };
  const { sha256, ...blob } = await glacier.blobs.write(request.incoming);
  try {
    if (sha256 !== expected.sha256) {
      throw invalidParameter(`Checksum mismatch: expected ${expected.sha256}, computed ${sha256}`);
    }
    if (blob.treeHash !== expected.treeHash) {
      throw invalidParameter(`Checksum mismatch: expected tree hash ${expected.treeHash}, computed ${blob.treeHash}`);
    }
    // The vault may have been deleted while the bytes came in.
    requireVault(glacier, request.path.vault);
  } catch (error) {
    await glacier.blobs.discard([blob.file]);
    throw error;
  }
  return blob;
}
