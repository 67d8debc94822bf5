/** The inventory as a whole cannot be used. The message is a sentence for the person who gave it. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}

/** A member of the ArchiveList, or a line of a CSV inventory, whatever it is. */
export interface InventoryMember {
  /** Its place: in the ArchiveList, from 1, or the number of its line in the CSV file, whose header is line 1. */
  readonly row: number;
  readonly value: unknown;
}

/** Takes members in order, some at a time. */
export type TakeMembers = (members: readonly InventoryMember[]) => Promise<void>;

/** What an inventory says of itself; null where it does not. */
export interface InventoryHeader {
  readonly vaultArn: string | null;
  /** When Glacier wrote it, ISO 8601. */
  readonly inventoryDate: string | null;
}
