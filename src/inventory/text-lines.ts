import { inPieces, Waiting } from './pieces';

const LINE_FEED = 0x0a;

/** Whole lines of a text in UTF-8, and the number of the first of them, from 1. */
export interface Lines {
  readonly first: number;
  readonly texts: readonly string[];
}

/**
 * The lines of a text that comes in chunks, some at a time, without their LF or CRLF.
 * @param maxLineBytes longest line
 * @param tooLong makes the error for a longer one, from its number
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
