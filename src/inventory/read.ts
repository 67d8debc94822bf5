import type { Readable } from 'node:stream';
import { FORMAT_HEAD_BYTES, formatOf } from './format';
import { gunzipIfNeeded } from './gunzip';
import { headThenRest, readHead } from './head';
import type { InventoryHeader, TakeMembers } from './member';
import { readCsvInventory } from './read-csv-inventory';
import { readJsonInventory } from './read-json-inventory';

export type { InventoryHeader, InventoryMember } from './member';

/**
 * Streams an inventory in Glacier's JSON or CSV form, plain or gzip. Memory stays flat whatever its length. Members are
 * handed over unchecked, in order.
 * @param onMembers called with the members that each chunk of the source completes
 * @param signal stops the reading
 * @throws InventoryError when the whole is no inventory; the signal's reason when it has aborted
 */
export async function readInventory(
  source: Readable,
  onMembers: TakeMembers,
  signal?: AbortSignal,
): Promise<InventoryHeader> {
  const chunks = gunzipIfNeeded(source);
  try {
    const head = await readHead(chunks, FORMAT_HEAD_BYTES);
    const read = formatOf(head) === 'CSV' ? readCsvInventory : readJsonInventory;
    return await read(headThenRest(head, chunks), onMembers, signal);
  } finally {
    await chunks.return(undefined);
  }
}
