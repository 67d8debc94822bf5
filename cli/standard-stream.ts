import { fstatSync, fsyncSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { Stream } from './output';

/**
 * Standard output or error as a stream. Node's own file stream treats a short write as complete, so that output
 * truncated by a full disk would count as success.
 * @param fd 1 or 2
 */
export function standardStream(fd: 1 | 2): Stream {
  const stats = fstatSync(fd);
  if (stats.isFile() || (stats.isCharacterDevice() && !isatty(fd))) return new FileStream(fd, stats.isFile());
  return fd === 1 ? process.stdout : process.stderr;
}

class FileStream extends Writable {
  constructor(
    private readonly fd: number,
    private readonly isFile: boolean,
  ) {
    super({ decodeStrings: true });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(this.fd, chunk, at);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  /** Network file systems may report a full disk only now. @throws the error of the operating system */
  sync(): void {
    if (this.isFile) fsyncSync(this.fd);
  }
}
