import type { Readable } from 'node:stream';

/** The body of a reply ended before, or went on after, the bytes that were asked for. Passing: ask again. */
export class WrongLength extends Error {
  override readonly name = 'WrongLength';
}

/** Nothing came for too long while we were waiting for it. Passing: ask again. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

const STALL_LIMIT_MS = 60_000;

/** Reads a body into given memory, in pieces of the reader's choice and at its pace. */
export class BodyReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly watchdog: NodeJS.Timeout;
  private rest: Buffer = Buffer.alloc(0);
  private waitingSinceMs = Infinity;

  /** @param stallLimitMs longest wait for the next bytes; the time between two calls does not count */
  constructor(
    private readonly body: Readable,
    stallLimitMs = STALL_LIMIT_MS,
  ) {
    this.chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.watchdog = setInterval(() => {
      if (Date.now() - this.waitingSinceMs < stallLimitMs) return;
      body.destroy(new Stalled(`no byte came for ${stallLimitMs / 1_000} s`));
    }, stallLimitMs / 4);
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
    this.waitingSinceMs = Infinity;
    if (done === true) return false;
    this.rest = value;
    return this.rest.length > 0 || (await this.next());
  }
}
