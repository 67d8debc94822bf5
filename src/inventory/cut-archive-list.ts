import { InventoryError } from './inventory-error';
import { JsonStructure } from './json-structure';
import { Waiting } from './pieces';

/** Whole members of the ArchiveList, as JSON, with the commas between them. */
export interface ListPart {
  readonly text: Buffer;
  /** Whether there is a comma before it. */
  readonly followsComma: boolean;
  /** Whether there is a comma after it. */
  readonly endsAtComma: boolean;
}

/** Far more than an archive takes, whose description has at most 1,024 bytes, or what Glacier writes beside the list. */
const MAX_BYTES = 1024 * 1024;

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPENING: ReadonlySet<number | undefined> = new Set([OPEN_BRACKET, 0x7b]);

/** How many brackets are open around a member of the list. */
const LIST_DEPTH = 2;
const NOTHING = Buffer.alloc(0);
/** Enough for `"ArchiveList": [` and much white space. */
const OPENING_BYTES = 256;
/** Brackets within brackets: Glacier's inventories have three levels. A parser can follow these. */
const MAX_DEPTH = 2_000;
/** Brackets and commas in a row: an archive has a handful, and a parser takes long for a million. */
const MAX_MARKS = 10_000;
const OPENS_LIST = /"ArchiveList"\s*:\s*\[$/;

/**
 * Cuts the ArchiveList's members out of an inventory that comes in chunks, each byte looked at once. That the parts, and
 * the document that is left with its list empty, are JSON is for a parser to find out: if they all are, the whole is.
 */
export class ArchiveListCutter {
  private readonly structure = new JsonStructure();
  private depth = 0;
  /** Brackets and commas of the row that has begun. */
  private marks = 0;
  private list: 'ahead' | 'open' | 'closed' = 'ahead';
  private followsComma = false;
  private readonly outside = new Waiting(MAX_BYTES, () => tooMany('outside of its ArchiveList'));
  private readonly member = new Waiting(MAX_BYTES, () => tooMany('in a row of its ArchiveList'));

  /**
   * @returns the members that the chunk completes; null when there are none
   * @throws InventoryError when a member, or what is outside of the list, is longer than any of Glacier's, or has
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

  /** The document with its list empty, once all has come. */
  end(): Buffer {
    return this.outside.take(NOTHING);
  }

  /**
   * Looks at few bytes, however many have come: there may be as many brackets as bytes.
   * @param before the last bytes before the chunk
   * @param begun the chunk up to a bracket that has just been opened
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
    `This is no Glacier inventory: it has more than ${MAX_BYTES} bytes ${where}. Give the inventory as Glacier wrote it.`,
  );

const tooDeep = (): InventoryError =>
  new InventoryError(
    `This is no Glacier inventory: it has brackets within brackets, more than ${MAX_DEPTH} deep. Give the inventory as Glacier wrote it.`,
  );

const tooManyMarks = (): InventoryError =>
  new InventoryError(
    `This is no Glacier inventory: a row of its ArchiveList has more than ${MAX_MARKS} brackets and commas. Give the inventory as Glacier wrote it.`,
  );
