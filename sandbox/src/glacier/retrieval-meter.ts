const MINUTE_MS = 60 * 1000;
const MINUTES_KEPT = 24 * 60;

/** Bytes of requested Standard retrievals, by minute, over the last day. */
export class RetrievalMeter {
  /** Oldest first. */
  private readonly bytesByMinute = new Map<number, number>();

  add(atMs: number, bytes: number): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    this.bytesByMinute.set(minute, (this.bytesByMinute.get(minute) ?? 0) + bytes);
    for (const oldest of this.bytesByMinute.keys()) {
      if (oldest >= minute - MINUTES_KEPT) return;
      this.bytesByMinute.delete(oldest);
    }
  }

  /** Bytes requested in the minute of `fromMs` and later. */
  bytesSince(fromMs: number): number {
    const first = Math.floor(fromMs / MINUTE_MS);
    let sum = 0;
    for (const [minute, bytes] of this.bytesByMinute) {
      if (minute >= first) sum += bytes;
    }
    return sum;
  }
}
