import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Blob } from './model';
import type { ByteRange } from './range';
import { LEAF_BYTES, LeafHasher, type LeafRange, MIB, treeRoot } from './tree-hash';

const READ_CHUNK_BYTES = 256 * 1024;
const WRITE_BUFFER_BYTES = 1024 * 1024;
const UNFINISHED = '.unfinished';

/** Bytes on disk that are not referenced yet: keep them under their name, or discard them. */
interface NewBlob extends Blob {
  /** SHA-256 of all bytes, hex. */
  readonly sha256: string;
}

/**
 * The service's bytes, one file each: the bytes, then the leaves of their tree hash (32 bytes per MiB), so that the hash
 * of any aligned range is found without reading the bytes again. A file under its final name is complete.
 */
export class BlobStore {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Streams `source` to disk, hashing on the way. A source that fails leaves nothing. */
  async write(source: Readable): Promise<NewBlob> {
    const file = randomUUID();
    const sha256 = createHash('sha256');
    const hasher = new LeafHasher();
    let sizeBytes = 0;
    async function* withLeaves(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        sizeBytes += chunk.length;
        sha256.update(chunk);
        hasher.update(chunk);
        yield chunk;
      }
      yield Buffer.concat(hasher.leaves());
    }
    await this.finish(file, (path) =>
      pipeline(source, withLeaves, createWriteStream(path, { highWaterMark: WRITE_BUFFER_BYTES })),
    );
    const treeHash = treeRoot(hasher.leaves()).toString('hex');
    return { file, sizeBytes, treeHash, sha256: sha256.digest('hex') };
  }

  /** Streams text to disk as it comes, without leaves. Yields to the event loop after each piece. @throws AbortError, leaving nothing */
  async writeText(
    pieces: Iterable<string>,
    signal: AbortSignal,
  ): Promise<{ readonly file: string; readonly sizeBytes: number }> {
    const file = randomUUID();
    let sizeBytes = 0;
    async function* encoded(): AsyncGenerator<Buffer> {
      for (const piece of pieces) {
        const bytes = Buffer.from(piece);
        sizeBytes += bytes.length;
        if (bytes.length > 0) yield bytes;
        await setImmediate();
      }
    }
    await this.finish(file, (path) =>
      pipeline(encoded, createWriteStream(path, { highWaterMark: WRITE_BUFFER_BYTES }), { signal }),
    );
    return { file, sizeBytes };
  }

  /** The bytes of a range of several concatenated blobs. */
  async *read(blobs: readonly Pick<Blob, 'file' | 'sizeBytes'>[], range: ByteRange): AsyncGenerator<Buffer> {
    let blobStart = 0;
    for (const blob of blobs) {
      const start = Math.max(range.start - blobStart, 0);
      const end = Math.min(range.end - blobStart, blob.sizeBytes - 1);
      if (start <= end) {
        yield* createReadStream(join(this.folder, blob.file), { start, end, highWaterMark: READ_CHUNK_BYTES });
      }
      blobStart += blob.sizeBytes;
    }
  }

  /** Tree hash over some leaves of several concatenated blobs, hex. All blobs but the last are whole MiB. */
  async treeHash(blobs: readonly Blob[], leaves: LeafRange): Promise<string> {
    const nodes: Buffer[] = [];
    let firstLeaf = 0;
    for (const blob of blobs) {
      const blobLeaves = Math.ceil(blob.sizeBytes / MIB);
      const from = Math.max(leaves.from - firstLeaf, 0);
      const to = Math.min(leaves.to - firstLeaf, blobLeaves);
      if (from < to) nodes.push(...(await this.readLeaves(blob, { from, to })));
      firstLeaf += blobLeaves;
    }
    return treeRoot(nodes).toString('hex');
  }

  async discard(files: readonly string[]): Promise<void> {
    for (const file of files) await rm(join(this.folder, file), { force: true });
  }

  /** Removes what a killed process left: partial files, and complete ones that are not in the journal. */
  discardAllBut(known: ReadonlySet<string>): void {
    for (const file of readdirSync(this.folder)) {
      if (!known.has(file)) rmSync(join(this.folder, file));
    }
  }

  private async readLeaves(blob: Blob, leaves: LeafRange): Promise<Buffer[]> {
    const bytes = Buffer.alloc((leaves.to - leaves.from) * LEAF_BYTES);
    const handle = await open(join(this.folder, blob.file));
    try {
      await handle.read(bytes, 0, bytes.length, blob.sizeBytes + leaves.from * LEAF_BYTES);
    } finally {
      await handle.close();
    }
    return Array.from({ length: leaves.to - leaves.from }, (_, i) =>
      bytes.subarray(i * LEAF_BYTES, (i + 1) * LEAF_BYTES),
    );
  }

  private async finish(file: string, write: (path: string) => Promise<void>): Promise<void> {
    const unfinished = join(this.folder, file + UNFINISHED);
    try {
      await write(unfinished);
      await rename(unfinished, join(this.folder, file));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }
}
