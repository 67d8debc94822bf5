import type { Readable } from 'node:stream';

/** The body of a reply ended before, or went on after, the bytes that were asked for. Passing: ask again. */
export class WrongLength extends Error {
  override readonly name = 'WrongLength';
}

/** Reads a body into given memory, in pieces of the reader's choice. */
export class BodyReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly body: Readable) {
    this.chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /**
   * Fills the whole target.
   * @throws WrongLength when the body ends first
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

  /** @throws WrongLength when the body holds more than was read */
  async finish(): Promise<void> {
    if (this.rest.length > 0 || (await this.next()))
      throw new WrongLength('the body goes on after the bytes asked for');
  }

  /** Lets go of the connection; needed only when the body was not read to its end. */
  abandon(): void {
    this.body.destroy();
  }

  private async next(): Promise<boolean> {
    const { value, done } = await this.chunks.next();
    if (done === true) return false;
    this.rest = value;
    return this.rest.length > 0 || (await this.next());
  }
}
