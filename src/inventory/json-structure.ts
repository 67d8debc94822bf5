const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Which bytes stand between JSON's values: `,` `[` `]` `{` `}`. */
const IS_STRUCTURAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(',[]{}'.includes(String.fromCharCode(byte))),
);

/**
 * Finds the brackets and commas of a JSON text that comes in chunks, outside of its strings. It checks nothing: in a text
 * that is no JSON it finds something, too.
 */
export class JsonStructure {
  private inString = false;
  /** Whether the next byte belongs to an escape sequence. */
  private escaped = false;

  /**
   * @param from 0 for a new chunk, else the index after the last find
   * @returns the index of the next bracket or comma; -1 when the chunk has no more
   */
  next(chunk: Buffer, from: number): number {
    let index = this.inString ? this.skipString(chunk, from) : from;
    while (index < chunk.length) {
      const byte = chunk[index] as number;
      if (IS_STRUCTURAL[byte] === 1) return index;
      index = byte === QUOTE ? this.skipString(chunk, index + 1) : index + 1;
    }
    return -1;
  }

  /** @returns the index after the string's closing quote; the chunk's length when it goes on in the next one */
  private skipString(chunk: Buffer, from: number): number {
    let index = this.escaped ? from + 1 : from;
    for (; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (byte === QUOTE) {
        this.inString = this.escaped = false;
        return index + 1;
      }
      if (byte === BACKSLASH) index += 1;
    }
    this.inString = true;
    this.escaped = index > chunk.length;
    return chunk.length;
  }
}
