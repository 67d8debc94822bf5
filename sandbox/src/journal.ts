import { closeSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, writeFileSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;
const LINE_FEED = 10;

/**
 * Append-only JSON Lines file behind a service's in-memory state. An event is in the kernel when `append` returns,
 * so state survives `kill -9` of the sandbox. An incomplete last line is truncated when the journal is opened.
 */
export class Journal<Event> {
  private constructor(
    private readonly path: string,
    private fd: number,
  ) {}

  /** Replays every stored event through `apply` and keeps the file open for appending. */
  static open<Event>(path: string, apply: (event: Event) => void): Journal<Event> {
    const fd = openSync(path, 'a+');
    let wholeBytes = 0;
    for (const line of linesOf(fd)) {
      apply(JSON.parse(line.toString('utf8')) as Event);
      wholeBytes += line.length + 1;
    }
    if (fstatSync(fd).size > wholeBytes) ftruncateSync(fd, wholeBytes);
    return new Journal<Event>(path, fd);
  }

  append(event: Event): void {
    writeSync(this.fd, `${JSON.stringify(event)}\n`);
  }

  /** Replaces the history with the given events, for a service whose state is far smaller than its history. */
  compact(events: Iterable<Event>): void {
    const next = `${this.path}.next`;
    writeFileSync(next, [...events].map((event) => `${JSON.stringify(event)}\n`).join(''));
    renameSync(next, this.path);
    closeSync(this.fd);
    this.fd = openSync(this.path, 'a');
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** The complete lines, in chunks: a journal may exceed the maximum length of a string. */
function* linesOf(fd: number): Generator<Buffer> {
  let rest = Buffer.alloc(0);
  for (let position = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const read = readSync(fd, chunk, 0, CHUNK_BYTES, position);
    if (read === 0) return;
    position += read;
    rest = Buffer.concat([rest, chunk.subarray(0, read)]);
    let start = 0;
    for (let end = rest.indexOf(LINE_FEED); end !== -1; end = rest.indexOf(LINE_FEED, start)) {
      yield rest.subarray(start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
