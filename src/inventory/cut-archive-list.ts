import { InventoryError } from './member';
import { Waiting } from './pieces';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The structural bytes of JSON: `,` `[` `]` `{` `}`. */
const IS_STRUCTURAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(',[]{}'.includes(String.fromCharCode(byte))),
);

/**
 * Finds the brackets and commas outside of strings in a JSON text that arrives in chunks. It does not validate: it also finds
 * some in a text that is not JSON.
 */
class JsonStructure {
  private inString = false;
  /** Whether the next byte is part of an escape sequence. */
  private escaped = false;

  /**
   * @param from 0 for a new chunk, otherwise the index after the last match
   * @returns the index of the next bracket or comma; -1 if the chunk has no more
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

  /** @returns the index after the string's closing quote; the chunk's length if it continues in the next one */
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

/** Complete members of the ArchiveList, as JSON, with the commas between them. */
export interface ListPart {
  readonly text: Buffer;
  /** Whether there is a comma before it. */
  readonly followsComma: boolean;
  /** Whether there is a comma after it. */
  readonly endsAtComma: boolean;
}

/** Far more than an archive needs, whose description has at most 1,024 bytes, or than Glacier writes outside the list. */
const MAX_BYTES = 1024 * 1024;

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPENING: ReadonlySet<number | undefined> = new Set([OPEN_BRACKET, 0x7b]);

/** Nesting depth of a member of the list. */
const LIST_DEPTH = 2;
const NOTHING = Buffer.alloc(0);
/** Enough for `"ArchiveList": [` and plenty of white space. */
const OPENING_BYTES = 256;
/** Nesting limit: Glacier's inventories have three levels. A parser can handle this many. */
const MAX_DEPTH = 2_000;
/** Brackets and commas per row: an archive has a handful, and a parser is slow with a million. */
const MAX_MARKS = 10_000;
const OPENS_LIST = /"ArchiveList"\s*:\s*\[$/;

/**
 * Cuts the ArchiveList's members out of an inventory that arrives in chunks, looking at each byte once. A parser has to check
 * that the parts, and the remaining document with an empty list, are JSON: if all of them are, so is the whole.
 */
export class ArchiveListCutter {
  private readonly structure = new JsonStructure();
  private depth = 0;
  /** Brackets and commas of the current row. */
  private marks = 0;
  private list: 'ahead' | 'open' | 'closed' = 'ahead';
  private followsComma = false;
  private readonly outside = new Waiting(MAX_BYTES, () => tooMany('outside of its ArchiveList'));
  private readonly member = new Waiting(MAX_BYTES, () => tooMany('in a row of its ArchiveList'));

  /**
   * @returns the members that the chunk completes; null if there are none
   * @throws InventoryError when a member, or the part outside the list, is longer than any of Glacier's, or has
   *   more brackets
   */
  write(chunk: Buffer): ListPart | null {
    let part: ListPart | null = null;
    const before = this.list === 'ahead' ? this.outside.last(OPENING_BYTES) : NOTHING;
    let [start, lastComma] = [0, -1];
    for (let at = this.structure.next(chunk, 0); at !== -1; at = this.structure.next(chunk, at + 1)) {
      const byte = chunk[at];
      const inList = this.list === 'open' && this.depth === LIST_DEPTH;
      this.marks = inList ? 0 : this.marks + 1;
      if (this.list === 'open' && this.marks > MAX_MARKS) throw tooManyMarks();
      if (byte === COMMA) {
        if (inList) lastComma = at;
      } else if (OPENING.has(byte)) {
        this.depth += 1;
        if (this.depth > MAX_DEPTH) throw tooDeep();
        if (byte === OPEN_BRACKET && this.opensList(before, chunk.subarray(0, at + 1))) {
          this.list = 'open';
          start = at + 1;
          this.outside.keep(chunk.subarray(0, start));
        }
      } else {
        this.depth -= 1;
        if (inList) {
          this.list = 'closed';
          part = this.cut(chunk.subarray(start, at), false);
          start = at;
        }
      }
    }
    if (this.list === 'open' && lastComma !== -1) {
      part = this.cut(chunk.subarray(start, lastComma), true);
      start = lastComma + 1;
    }
    (this.list === 'open' ? this.member : this.outside).keep(chunk.subarray(start));
    return part;
  }

  /** The document with an empty list, after the last chunk. */
  end(): Buffer {
    return this.outside.take(NOTHING);
  }

  /**
   * Looks at a bounded number of bytes: there may be as many brackets as bytes.
   * @param before the last bytes before this chunk
   * @param begun the chunk up to and including the bracket
   */
  private opensList(before: Buffer, begun: Buffer): boolean {
    if (this.list !== 'ahead' || this.depth !== LIST_DEPTH) return false;
    const opening = begun.subarray(-OPENING_BYTES).toString('latin1');
    return OPENS_LIST.test(begun.length < OPENING_BYTES ? before.toString('latin1') + opening : opening);
  }

  private cut(end: Buffer, endsAtComma: boolean): ListPart {
    const part = { text: this.member.take(end), followsComma: this.followsComma, endsAtComma };
    this.followsComma = endsAtComma;
    return part;
  }
}

const tooMany = (where: string): InventoryError =>
  new InventoryError(
    `This is not a Glacier inventory: it has more than ${MAX_BYTES} bytes ${where}. Use the inventory exactly as Glacier wrote it.`,
  );

const tooDeep = (): InventoryError =>
  new InventoryError(
    `This is not a Glacier inventory: it has brackets within brackets, more than ${MAX_DEPTH} deep. Use the inventory exactly as Glacier wrote it.`,
  );

const tooManyMarks = (): InventoryError =>
  new InventoryError(
    `This is not a Glacier inventory: a row of its ArchiveList has more than ${MAX_MARKS} brackets and commas. Use the inventory exactly as Glacier wrote it.`,
  );
