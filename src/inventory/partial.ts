import type { PreparedFiles } from './prepare';

/** What must be known of an inventory. */
type ListedRows = Pick<PreparedFiles, 'inventoryDate' | 'total' | 'excluded' | 'quarantinedRows'>;

/** A vault as of its last inventory; null where Glacier does not say. */
interface CountedVault {
  /** ISO 8601. */
  readonly date: string | null;
  readonly archives: number | null;
}

/**
 * How many rows an inventory lists, and how many archives Glacier counted when it took that very inventory, if these are
 * more: then the file is a part. Null where nothing speaks against the whole; an inventory of another date, or without
 * one, cannot be compared.
 */
export function missingRows(
  { inventoryDate, total, excluded, quarantinedRows }: ListedRows,
  vault: CountedVault,
): { readonly listed: number; readonly counted: number } | null {
  if (inventoryDate === null || vault.date === null || vault.archives === null) return null;
  if (inSeconds(inventoryDate) !== inSeconds(vault.date)) return null;
  const listed = total.archives + excluded.archives + quarantinedRows;
  return listed < vault.archives ? { listed, counted: vault.archives } : null;
}

/** Glacier gives the same date with milliseconds and without. */
const inSeconds = (date: string): number => Math.floor(Date.parse(date) / 1_000);
