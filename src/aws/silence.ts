/** The part of a socket that tells whether anything moves on it. */
export interface Counted {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** So much written to one socket since the last look is an upload that moves: requests alone are smaller. */
const UPLOAD_BYTES = 32 * 1024;
/** After a longer pause without a look nothing is known of the time between. */
const MOST_BETWEEN_LOOKS_MS = 10_000;

/**
 * For how long nothing has moved on any connection although requests wait for answers: the peer hangs, or the line is
 * cut without a word. Downloads that rest while their bytes are uploaded are no silence: the uploads move.
 */
export class Silence {
  private readonly seen = new WeakMap<Counted, { readonly read: number; readonly written: number }>();
  private sinceMs: number | null = null;
  private lookedAtMs = -Infinity;

  /**
   * @param sockets those that carry a request now
   * @returns milliseconds; null when something moves, or nothing waits
   */
  look(sockets: Iterable<Counted>, nowMs: number): number | null {
    let waits = false;
    let moved = nowMs - this.lookedAtMs > MOST_BETWEEN_LOOKS_MS;
    this.lookedAtMs = nowMs;
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
