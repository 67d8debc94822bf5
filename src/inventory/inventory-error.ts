/** The inventory as a whole cannot be used. The message is a sentence for the person who gave it. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}
