import { readInventoryLine } from './inventory-line';
import { InventoryError } from './inventory-error';
import type { InventoryHeader, InventoryMember, TakeMembers } from './member';

const LINE_FEED = 0x0a;
/** Far more than any row has: Glacier's descriptions have at most 1,024 bytes. */
const MAX_LINE_BYTES = 1024 * 1024;
/** A CSV inventory does not say of which vault it is, nor when it was written. */
const NO_HEADER: InventoryHeader = { vaultArn: null, inventoryDate: null };

/**
 * Streams a CSV inventory with its header line; lines end in LF or CRLF, and empty ones are passed over. Memory stays flat.
 * @throws InventoryError for a line of more than 1 MiB
 */
export async function readCsvInventory(
  chunks: AsyncIterable<Buffer>,
  onMembers: TakeMembers,
): Promise<InventoryHeader> {
  const lines = new NumberedLines();
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end === -1) {
      rest = Buffer.concat([rest, chunk]);
      if (rest.length > MAX_LINE_BYTES) throw lines.tooLong();
      continue;
    }
    const members = lines.read(Buffer.concat([rest, chunk.subarray(0, end)]));
    rest = Buffer.from(chunk.subarray(end + 1));
    if (members.length > 0) await onMembers(members);
  }
  const last = lines.read(rest);
  if (last.length > 0) await onMembers(last);
  return NO_HEADER;
}

class NumberedLines {
  private count = 0;

  /** @param block whole lines, without the end of the last one */
  read(block: Buffer): readonly InventoryMember[] {
    const members: InventoryMember[] = [];
    for (const text of block.toString('utf8').split('\n')) {
      this.count += 1;
      const line = text.endsWith('\r') ? text.slice(0, -1) : text;
      const isHeader = this.count === 1;
      if (!isHeader && line !== '') members.push({ row: this.count, value: readInventoryLine(line) });
    }
    return members;
  }

  tooLong(): InventoryError {
    return new InventoryError(
      `Line ${this.count + 1} has more than ${MAX_LINE_BYTES} bytes: this is no CSV inventory of Glacier.`,
    );
  }
}
