/** The byte counters of a socket. */
export interface Counted {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** More bytes than this written to one socket since the last check are an upload with progress: requests are smaller. */
const UPLOAD_BYTES = 32 * 1024;
/** After a longer pause between checks, the time between them is unknown. */
const MAX_BETWEEN_CHECKS_MS = 10_000;

/**
 * Measures for how long no connection has made progress although requests are waiting for responses: the peer hangs, or
 * the line is cut silently. Downloads that wait while their bytes are uploaded do not count: the uploads make progress.
 */
export class Silence {
  private readonly seen = new WeakMap<Counted, { readonly read: number; readonly written: number }>();
  private sinceMs: number | null = null;
  private checkedAtMs = -Infinity;

  /**
   * @param sockets those with a request in flight
   * @returns milliseconds; null if there is progress or nothing is waiting
   */
  check(sockets: Iterable<Counted>, nowMs: number): number | null {
    let waits = false;
    let moved = nowMs - this.checkedAtMs > MAX_BETWEEN_CHECKS_MS;
    this.checkedAtMs = nowMs;
    for (const socket of sockets) {
      const { read, written } = this.seen.get(socket) ?? { read: 0, written: 0 };
      this.seen.set(socket, { read: socket.bytesRead, written: socket.bytesWritten });
      waits = true;
      if (socket.bytesRead > read || socket.bytesWritten - written >= UPLOAD_BYTES) moved = true;
    }
    if (!waits) this.sinceMs = null;
    else if (moved || this.sinceMs === null) this.sinceMs = nowMs;
    return this.sinceMs === null ? null : nowMs - this.sinceMs;
  }
}
