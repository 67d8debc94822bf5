import { inPieces, Waiting } from './pieces';

const LINE_FEED = 0x0a;

/** Complete lines of UTF-8 text, and the number of the first one, from 1. */
export interface Lines {
  readonly first: number;
  readonly texts: readonly string[];
}

/**
 * Yields the lines of a text that arrives in chunks, in batches, without LF or CRLF.
 * @param maxLineBytes maximum line length
 * @param tooLong creates the error for a longer line, from its number
 * @throws that error; the signal's reason when it has aborted
 */
export async function* readLines(
  source: AsyncIterable<Buffer | string>,
  maxLineBytes: number,
  tooLong: (line: number) => Error,
  signal?: AbortSignal,
): AsyncGenerator<Lines> {
  let first = 1;
  const rest = new Waiting(maxLineBytes, () => tooLong(first));
  for await (const piece of inPieces(source, signal)) {
    const end = piece.lastIndexOf(LINE_FEED);
    if (end !== -1) {
      const texts = linesOf(rest.take(piece.subarray(0, end)));
      yield { first, texts };
      first += texts.length;
    }
    rest.keep(piece.subarray(end + 1));
  }
  yield { first, texts: linesOf(rest.take(Buffer.alloc(0))) };
}

const linesOf = (block: Buffer): readonly string[] =>
  block
    .toString('utf8')
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
