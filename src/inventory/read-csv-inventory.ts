import { InventoryError, type InventoryHeader, type TakeMembers } from './member';
import { readLines } from './text-lines';

/** A line of a CSV inventory that cannot be parsed. Serializes as the line. */
export class UnreadableLine {
  constructor(
    /** A sentence. */
    readonly reason: string,
    private readonly line: string,
  ) {}

  toJSON(): string {
    return this.line;
  }
}

/** A line of a CSV inventory as a member of the ArchiveList: unchecked, the size a number where it is written in digits. */
export interface InventoryLine {
  readonly ArchiveId: string;
  readonly ArchiveDescription: string;
  readonly CreationDate: string;
  readonly Size: string | number;
  readonly SHA256TreeHash: string;
}

/**
 * Reads one line of a CSV inventory, without its line end. Generic CSV parsers cannot: inside quotes Glacier writes `"`
 * as `\"` but does not escape backslashes. Descriptions hold no line break, and of the fields only the description may
 * hold commas, so the id ends at the first one and the last three begin the other fields.
 */
export function readInventoryLine(line: string): InventoryLine | UnreadableLine {
  const idEnd = line.indexOf(',');
  const hashComma = line.lastIndexOf(',');
  const sizeComma = line.lastIndexOf(',', hashComma - 1);
  const dateComma = line.lastIndexOf(',', sizeComma - 1);
  if (dateComma <= idEnd) return new UnreadableLine('The line has fewer than 5 fields.', line);
  if (line.includes('\ufffd')) return new UnreadableLine('The line holds bytes that are no UTF-8.', line);
  const description = readDescription(line.slice(idEnd + 1, dateComma));
  if (description === null) {
    return new UnreadableLine('ArchiveDescription is quoted neither as Glacier nor as other tools do it.', line);
  }
  const size = unquoted(line.slice(sizeComma + 1, hashComma));
  return {
    ArchiveId: unquoted(line.slice(0, idEnd)),
    ArchiveDescription: description,
    CreationDate: unquoted(line.slice(dateComma + 1, sizeComma)),
    Size: /^\d+$/.test(size) ? Number(size) : size,
    SHA256TreeHash: unquoted(line.slice(hashComma + 1)),
  };
}

const isQuoted = (field: string): boolean => field.length >= 2 && field.startsWith('"') && field.endsWith('"');

/** A field without commas or quotes. Glacier and other tools may still quote it. */
const unquoted = (field: string): string => (isQuoted(field) ? field.slice(1, -1) : field);

/**
 * Null for an invalid description. Glacier puts `\` before each quote, other tools (RFC 4180) double it. No text is valid under
 * both rules: a doubled quote is a quote without a backslash before it.
 */
function readDescription(field: string): string | null {
  if (!isQuoted(field)) return /[",]/.test(field) ? null : field;
  const text = field.slice(1, -1);
  if (!text.includes('"')) return text;
  if (!/(?<!\\)"/.test(text)) return text.replaceAll('\\"', '"');
  return text.replaceAll('""', '').includes('"') ? null : text.replaceAll('""', '"');
}

/** Far longer than any row: Glacier's descriptions have at most 1,024 bytes. */
const MAX_LINE_BYTES = 1024 * 1024;
/** A CSV inventory names neither its vault nor its date. */
const NO_HEADER: InventoryHeader = { vaultArn: null, inventoryDate: null };

/**
 * Streams a CSV inventory with its header line; lines end in LF or CRLF, empty lines are skipped. Constant memory.
 * @throws InventoryError for a line of more than 1 MiB; the signal's reason when it has aborted
 */
export async function readCsvInventory(
  chunks: AsyncIterable<Buffer>,
  onMembers: TakeMembers,
  signal?: AbortSignal,
): Promise<InventoryHeader> {
  for await (const { first, texts } of readLines(chunks, MAX_LINE_BYTES, tooLong, signal)) {
    const members = texts.flatMap((text, position) =>
      text === '' || first + position === 1 ? [] : [{ row: first + position, value: readInventoryLine(text) }],
    );
    if (members.length > 0) await onMembers(members);
  }
  return NO_HEADER;
}

const tooLong = (line: number): InventoryError =>
  new InventoryError(
    `Line ${line} has more than ${MAX_LINE_BYTES} bytes: this is not a Glacier CSV inventory. Use the inventory exactly as Glacier wrote it.`,
  );
