import { giveTurn } from './give-turn';

/** Slice size: thousands of rows at most, even if they are tiny. */
export const PIECE_BYTES = 64 * 1024;

/**
 * The bytes of a source in pieces of at most 64 KiB. Yields to the event loop before each one, so a caller that
 * reads pieces works in slices, whatever the chunk size of the source.
 * @throws the signal's reason when it has aborted; errors of the source as they are
 */
export async function* inPieces(source: AsyncIterable<Buffer | string>, signal?: AbortSignal): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      await giveTurn(signal);
      yield bytes.subarray(start, start + PIECE_BYTES);
    }
  }
}

/** Buffered bytes of an incomplete item; each byte is copied once, when taken. */
export class Waiting {
  private pieces: Buffer[] = [];
  private bytes = 0;

  /** @param tooMany creates the error thrown when more than `mostBytes` are buffered */
  constructor(
    private readonly mostBytes: number,
    private readonly tooMany: () => Error,
  ) {}

  /** @throws the error from `tooMany` */
  keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.bytes += piece.length;
    if (this.bytes > this.mostBytes) throw this.tooMany();
  }

  /** All buffered bytes followed by `end`; empties the buffer. */
  take(end: Buffer): Buffer {
    const whole = this.pieces.length === 0 ? end : Buffer.concat([...this.pieces, end]);
    this.pieces = [];
    this.bytes = 0;
    return whole;
  }

  /** The last buffered bytes. */
  last(bytes: number): Buffer {
    const found: Buffer[] = [];
    let missing = bytes;
    for (let at = this.pieces.length - 1; at >= 0 && missing > 0; at -= 1) {
      const piece = (this.pieces[at] as Buffer).subarray(-missing);
      found.unshift(piece);
      missing -= piece.length;
    }
    return Buffer.concat(found);
  }
}
