import { InventoryError } from './inventory-error';

/** First line of every inventory that Glacier writes as CSV. */
const CSV_HEADER = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash';

/** Enough of an inventory to recognise its format by. */
export const FORMAT_HEAD_BYTES = 1024;

/** Characters of an unknown file that are shown. */
const SHOWN_CHARACTERS = 60;

/**
 * The format of an inventory, by how it begins; a byte order mark may come first.
 * @throws InventoryError for anything else
 */
export function formatOf(head: Buffer): 'JSON' | 'CSV' {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  if (/^\s*\{/.test(text)) return 'JSON';
  const firstLine = text.split(/\r?\n/, 1)[0] ?? '';
  // Any field may be quoted.
  if (firstLine.replaceAll('"', '') === CSV_HEADER) return 'CSV';
  const found = text === '' ? 'is empty' : `begins with ${JSON.stringify(firstLine.slice(0, SHOWN_CHARACTERS))}`;
  throw new InventoryError(
    `This is no inventory of Glacier: it ${found}. A JSON inventory begins with {, a CSV inventory with the line ${CSV_HEADER}.`,
  );
}
