import { giveTurn } from './give-turn';

/** What is worked on at a time: thousands of rows at most, however small they are. */
export const PIECE_BYTES = 64 * 1024;

/**
 * The bytes of a source in pieces of at most 64 KiB. Before each one everything else of the process has its turn: a caller that
 * reads pieces works in slices, whatever the chunks of the source.
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

/** Bytes that wait for those that follow them; each is copied once, when it is taken. */
export class Waiting {
  private pieces: Buffer[] = [];
  private bytes = 0;

  /** @param tooMany makes the error that is thrown when more than `mostBytes` wait */
  constructor(
    private readonly mostBytes: number,
    private readonly tooMany: () => Error,
  ) {}

  /** @throws the error of too many bytes */
  keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.bytes += piece.length;
    if (this.bytes > this.mostBytes) throw this.tooMany();
  }

  /** All that waits, and an end; nothing waits afterwards. */
  take(end: Buffer): Buffer {
    const whole = this.pieces.length === 0 ? end : Buffer.concat([...this.pieces, end]);
    this.pieces = [];
    this.bytes = 0;
    return whole;
  }

  /** The last bytes of what waits. */
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
