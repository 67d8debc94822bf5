import type { Readable } from 'node:stream';

/** The body of a response ended before, or continued after, the requested bytes. Transient: retry. */
export class WrongLength extends Error {
  override readonly name = 'WrongLength';
}

/** Too few bytes arrived for too long while we were waiting for them. Transient: retry. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

/** When a body counts as stalled. */
export interface StallLimit {
  /** Time spent waiting for bytes; time between two calls does not count. */
  readonly waitMs: number;
  /** Bytes that must arrive at least in that time. */
  readonly minBytes: number;
}

/** 1 KiB/s: slower than any line people use, and a body of 64 MiB at that rate still ends within a day. */
const STALL_LIMIT: StallLimit = { waitMs: 60_000, minBytes: 64 * 1024 };

/** Reads a body into given memory, as much and as fast as the caller wants. */
export class BodyReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly watchdog: NodeJS.Timeout;
  private rest: Buffer = Buffer.alloc(0);
  /** Start of the current wait; null while there is none. */
  private waitingSinceMs: number | null = null;
  /** Since the last check: time spent waiting, and bytes that arrived. */
  private waitedMs = 0;
  private arrivedBytes = 0;

  constructor(
    private readonly body: Readable,
    private readonly stallLimit: StallLimit = STALL_LIMIT,
  ) {
    this.chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.watchdog = setInterval(() => this.watch(), stallLimit.waitMs / 4);
  }

  /**
   * Fills the whole target.
   * @throws WrongLength if the body ends first; Stalled
   */
  async fill(target: Buffer): Promise<void> {
    for (let filled = 0; filled < target.length;) {
      if (this.rest.length === 0 && !(await this.next())) {
        throw new WrongLength(`the body ended ${target.length - filled} bytes early`);
      }
      const copied = this.rest.copy(target, filled);
      this.rest = this.rest.subarray(copied);
      filled += copied;
    }
  }

  /** @throws WrongLength if the body has more bytes; Stalled */
  async finish(): Promise<void> {
    if (this.rest.length > 0 || (await this.next()))
      throw new WrongLength('the body continues after the requested bytes');
  }

  /** Destroys the body. Must always be called at the end. */
  close(): void {
    clearInterval(this.watchdog);
    this.body.destroy();
  }

  private async next(): Promise<boolean> {
    this.waitingSinceMs = Date.now();
    const { value, done } = await this.chunks.next();
    this.countWait();
    this.waitingSinceMs = null;
    if (done === true) return false;
    this.rest = value;
    this.arrivedBytes += this.rest.length;
    return this.rest.length > 0 || (await this.next());
  }

  private countWait(): void {
    if (this.waitingSinceMs === null) return;
    const nowMs = Date.now();
    this.waitedMs += nowMs - this.waitingSinceMs;
    this.waitingSinceMs = nowMs;
  }

  private watch(): void {
    this.countWait();
    const { waitMs, minBytes } = this.stallLimit;
    if (this.waitedMs < waitMs) return;
    if (this.arrivedBytes < minBytes) {
      this.body.destroy(
        new Stalled(`${this.arrivedBytes} bytes arrived in ${waitMs / 1_000} s, less than ${minBytes}`),
      );
    }
    this.waitedMs = 0;
    this.arrivedBytes = 0;
  }
}
