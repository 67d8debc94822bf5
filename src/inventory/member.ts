/** The inventory cannot be used at all. The message is a sentence for the user. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}

/** A member of the ArchiveList, or a line of a CSV inventory, unchecked. */
export interface InventoryMember {
  /** Position in the ArchiveList, from 1, or the line number in the CSV file, whose header is line 1. */
  readonly row: number;
  readonly value: unknown;
}

/** Takes members in order, in batches. */
export type TakeMembers = (members: readonly InventoryMember[]) => Promise<void>;

/** What an inventory says about itself; null where it says nothing. */
export interface InventoryHeader {
  readonly vaultArn: string | null;
  /** When Glacier wrote it, ISO 8601. */
  readonly inventoryDate: string | null;
}
