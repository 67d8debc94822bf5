import { InventoryError } from './inventory-error';
import { readInventoryLine } from './inventory-line';
import type { InventoryHeader, TakeMembers } from './member';
import { readLines } from './text-lines';

/** Far more than any row has: Glacier's descriptions have at most 1,024 bytes. */
const MAX_LINE_BYTES = 1024 * 1024;
/** A CSV inventory does not say of which vault it is, nor when it was written. */
const NO_HEADER: InventoryHeader = { vaultArn: null, inventoryDate: null };

/**
 * Streams a CSV inventory with its header line; lines end in LF or CRLF, and empty ones are passed over. Memory stays flat.
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
    `Line ${line} has more than ${MAX_LINE_BYTES} bytes: this is no CSV inventory of Glacier. Give the inventory as Glacier wrote it.`,
  );
