import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

/**
 * Append-only JSON Lines file behind a service's in-memory state. An event is in the kernel when `append` returns,
 * so state survives `kill -9` of the sandbox. A last line torn by the kill is cut off when the journal is opened.
 */
export class Journal<Event> {
  private constructor(
    private readonly path: string,
    private fd: number,
  ) {}

  /** Replays every stored event through `apply`, then opens the file for appending. */
  static open<Event>(path: string, apply: (event: Event) => void): Journal<Event> {
    let wholeBytes = 0;
    if (existsSync(path)) {
      const text = readFileSync(path);
      wholeBytes = text.lastIndexOf(10) + 1;
      for (const line of text.toString('utf8', 0, wholeBytes).split('\n')) {
        if (line !== '') apply(JSON.parse(line) as Event);
      }
    }
    const fd = openSync(path, 'a');
    ftruncateSync(fd, wholeBytes);
    return new Journal<Event>(path, fd);
  }

  append(event: Event): void {
    writeSync(this.fd, `${JSON.stringify(event)}\n`);
  }

  /** Replaces the history with the given events, for a service whose state is far smaller than what led to it. */
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
