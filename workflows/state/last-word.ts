import type { RunProgress } from '../../src/wire/progress';

/** How a run ended whose every archive is settled, and what it says of that. */
export interface LastWord {
  readonly state: 'completed' | 'completed-with-failures';
  /** A part of a sentence. */
  readonly detail: string;
}

/** A run is `completed` only if every archive that it was asked to move is verified and every row could be read. */
export function lastWord({
  archives,
  quarantinedRows,
  inventoryDate,
}: Pick<RunProgress, 'archives' | 'quarantinedRows' | 'inventoryDate'>): LastWord {
  if (archives.verified < archives.total) {
    return { state: 'completed-with-failures', detail: 'some archives were not moved; their receipts say why' };
  }
  const rows = quarantinedRows === 1 ? '1 row' : `${quarantinedRows} rows`;
  const unreadable = quarantinedRows === 0 ? '' : `; ${rows} of the inventory could not be read`;
  const state = unreadable === '' ? 'completed' : 'completed-with-failures';
  if (archives.total > 0) return { state, detail: `every archive is verified${unreadable}` };
  // An inventory in CSV says nothing of the vault.
  const isEmpty = unreadable === '' && inventoryDate !== null;
  if (!isEmpty) return { state, detail: `the inventory lists no archive${unreadable}` };
  return { state, detail: `the vault is empty: its inventory of ${inventoryDate} lists no archive` };
}
