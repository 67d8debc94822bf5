import { JSONParser } from '@streamparser/json';
import { InventoryError } from './inventory-error';
import type { InventoryHeader, InventoryMember, TakeMembers } from './member';

/** Bytes for a string that is being read; avoids growing a JavaScript string character by character. */
const STRING_BUFFER_BYTES = 64 * 1024;

/**
 * Streams an inventory in Glacier's JSON form: `{VaultARN, InventoryDate, ArchiveList: [...]}`. Memory stays flat.
 * @throws InventoryError when the whole is no such JSON
 */
export async function readJsonInventory(
  chunks: AsyncIterable<Buffer>,
  onMembers: TakeMembers,
): Promise<InventoryHeader> {
  const document = new InventoryDocument();
  for await (const chunk of chunks) {
    document.write(chunk);
    const members = document.takeMembers();
    if (members.length > 0) await onMembers(members);
  }
  return document.end();
}

/** The parser's state between chunks. */
class InventoryDocument {
  private readonly parser = new JSONParser({
    paths: ['$', '$.*', '$.ArchiveList.*'],
    keepStack: false,
    stringBufferSize: STRING_BUFFER_BYTES,
  });
  private members: InventoryMember[] = [];
  private row = 0;
  private header: Readonly<Record<string, unknown>> | null = null;

  constructor() {
    this.parser.onValue = ({ value, parent, stack }) => {
      if (stack.length === 2 && Array.isArray(parent)) {
        this.members.push({ row: (this.row += 1), value });
        // The parser appends to this very array and counts by itself: emptying it keeps memory flat.
        parent.length = 0;
      } else if (stack.length === 0 && isObject(value)) {
        this.header = value;
      }
    };
  }

  write(chunk: Buffer): void {
    this.parse(() => this.parser.write(chunk));
  }

  takeMembers(): readonly InventoryMember[] {
    const members = this.members;
    this.members = [];
    return members;
  }

  end(): InventoryHeader {
    if (!this.parser.isEnded) this.parse(() => this.parser.end());
    if (this.header === null || !Array.isArray(this.header['ArchiveList'])) {
      throw new InventoryError('This is no Glacier inventory: it has no ArchiveList.');
    }
    return { vaultArn: textOrNull(this.header['VaultARN']), inventoryDate: textOrNull(this.header['InventoryDate']) };
  }

  private parse(step: () => void): void {
    try {
      step();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new InventoryError(`The inventory is not valid JSON: ${problem}`, { cause: error });
    }
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
