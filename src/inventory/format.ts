import { InventoryError } from './inventory-error';

/** First line of every inventory that Glacier writes as CSV. */
const CSV_HEADER = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash';

/** Enough of an inventory to recognise its format by. */
export const FORMAT_HEAD_BYTES = 1024;

/**
 * The format of an inventory, by how it begins; a byte order mark may come first.
 * @throws InventoryError for anything else. It quotes nothing: a wrong path may have led to a file of secrets.
 */
export function formatOf(head: Buffer): 'JSON' | 'CSV' {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  if (/^\s*\{/.test(text)) return 'JSON';
  const firstLine = text.split(/\r?\n/, 1)[0] ?? '';
  // Any field may be quoted.
  if (firstLine.replaceAll('"', '') === CSV_HEADER) return 'CSV';
  const found = text === '' ? 'it is empty' : 'it begins with neither';
  throw new InventoryError(
    `This is no inventory of Glacier. A JSON inventory begins with {, a CSV inventory with the line ${CSV_HEADER}: ${found}.`,
  );
}
