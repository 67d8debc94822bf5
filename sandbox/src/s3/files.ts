import { randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import path from 'node:path';
import { notImplemented } from './errors';

/** A file being written; it counts only once the metadata refers to it. */
interface FileWriter {
  readonly fileId: string;
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** A slice of a stored file; `endByte` is exclusive. */
export interface Slice {
  readonly fileId: string;
  readonly startByte: number;
  readonly endByte: number;
}

/** Objects whose bodies are dropped once they are verified: all but those whose key begins with one of the prefixes. */
export interface DiscardBodies {
  readonly keepPrefixes: readonly string[];
}

/** Instead of the id of a file that was never written. */
const DROPPED = 'dropped';

const DROPPING: FileWriter = { fileId: DROPPED, write: async () => {}, close: async () => {}, discard: async () => {} };

const READ_BYTES = 256 * 1024;

/** The bytes of objects and parts: files named by random ids, never by keys, so that no key can lead elsewhere. */
export class FileStore {
  private readonly readers = new Map<string, number>();
  private readonly doomed = new Set<string>();

  constructor(
    private readonly dir: string,
    private readonly discard: DiscardBodies | null,
  ) {
    mkdirSync(dir, { recursive: true });
  }

  /** For a body, or a part of it, of the object of that key. */
  async create(key: string): Promise<FileWriter> {
    if (this.discard !== null && !this.discard.keepPrefixes.some((prefix) => key.startsWith(prefix))) return DROPPING;
    const fileId = randomBytes(12).toString('hex');
    const target = this.pathOf(fileId);
    mkdirSync(path.dirname(target), { recursive: true });
    const handle = await open(target, 'wx');
    return {
      fileId,
      write: async (bytes) => {
        for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written)).bytesWritten;
      },
      close: () => handle.close(),
      discard: async () => {
        await handle.close();
        await unlink(target);
      },
    };
  }

  /**
   * Streams the slices sequentially. Files removed meanwhile stay until their last reader is done.
   * @throws S3Error NotImplemented, at once, when one of them was dropped
   */
  read(slices: readonly Slice[]): AsyncGenerator<Buffer> {
    if (slices.some(({ fileId }) => fileId === DROPPED)) {
      throw notImplemented(
        'reading this object: it was stored with discardBodies, which drops bytes and keeps sizes, ETags and checksums',
      );
    }
    return this.stream(slices);
  }

  private async *stream(slices: readonly Slice[]): AsyncGenerator<Buffer> {
    const fileIds = slices.map((slice) => slice.fileId);
    for (const fileId of fileIds) this.readers.set(fileId, (this.readers.get(fileId) ?? 0) + 1);
    try {
      for (const { fileId, startByte, endByte } of slices) {
        if (endByte === startByte) continue;
        const options = { start: startByte, end: endByte - 1, highWaterMark: READ_BYTES };
        for await (const bytes of createReadStream(this.pathOf(fileId), options)) yield bytes as Buffer;
      }
    } finally {
      for (const fileId of fileIds) this.release(fileId);
    }
  }

  remove(fileIds: readonly string[]): void {
    for (const fileId of fileIds) {
      if (this.readers.has(fileId)) this.doomed.add(fileId);
      else rmSync(this.pathOf(fileId), { force: true });
    }
  }

  /** Removes files that a killed sandbox left partially written or not yet deleted. */
  sweep(live: ReadonlySet<string>): void {
    for (const folder of readdirSync(this.dir)) {
      this.remove(readdirSync(path.join(this.dir, folder)).filter((fileId) => !live.has(fileId)));
    }
  }

  private release(fileId: string): void {
    const readers = (this.readers.get(fileId) ?? 1) - 1;
    if (readers > 0) {
      this.readers.set(fileId, readers);
      return;
    }
    this.readers.delete(fileId);
    if (this.doomed.delete(fileId)) rmSync(this.pathOf(fileId), { force: true });
  }

  private pathOf(fileId: string): string {
    return path.join(this.dir, fileId.slice(0, 2), fileId);
  }
}
