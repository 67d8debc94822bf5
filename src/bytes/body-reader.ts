import type { Readable } from 'node:stream';

/** The body of a reply ended before, or went on after, the bytes that were asked for. Passing: ask again. */
export class WrongLength extends Error {
  override readonly name = 'WrongLength';
}

/** Nothing, or next to nothing, came for too long while we were waiting for it. Passing: ask again. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

/** How long a reader waits, and how little may come meanwhile. */
export interface Patience {
  /** Time spent waiting for bytes; that between two calls does not count. */
  readonly waitMs: number;
  /** At least so many bytes must come in that time. */
  readonly leastBytes: number;
}

/** 1 KiB/s: slower than any line people use, and a body of 64 MiB at that rate still ends within a day. */
const PATIENCE: Patience = { waitMs: 60_000, leastBytes: 64 * 1024 };

/** Reads a body into given memory, in pieces of the reader's choice and at its pace. */
export class BodyReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly watchdog: NodeJS.Timeout;
  private rest: Buffer = Buffer.alloc(0);
  /** When the present wait began; null while nobody waits. */
  private waitingSinceMs: number | null = null;
  /** Since the patience was last found to be kept: time spent waiting, and bytes that came. */
  private waitedMs = 0;
  private cameBytes = 0;

  constructor(
    private readonly body: Readable,
    private readonly patience: Patience = PATIENCE,
  ) {
    this.chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.watchdog = setInterval(() => this.watch(), patience.waitMs / 4);
  }

  /**
   * Fills the whole target.
   * @throws WrongLength when the body ends first; Stalled
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

  /** @throws WrongLength when the body holds more than was read; Stalled */
  async finish(): Promise<void> {
    if (this.rest.length > 0 || (await this.next()))
      throw new WrongLength('the body goes on after the bytes asked for');
  }

  /** Lets go of the connection. Needed at the end in any case. */
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
    this.cameBytes += this.rest.length;
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
    const { waitMs, leastBytes } = this.patience;
    if (this.waitedMs < waitMs) return;
    if (this.cameBytes < leastBytes) {
      this.body.destroy(
        new Stalled(`${waitMs / 1_000} s of waiting brought ${this.cameBytes} bytes, less than ${leastBytes}`),
      );
    }
    this.waitedMs = 0;
    this.cameBytes = 0;
  }
}
