import { isUtf8 } from 'node:buffer';
import { ArchiveListCutter, type ListPart } from './cut-archive-list';
import { InventoryError } from './inventory-error';
import type { InventoryHeader, InventoryMember, TakeMembers } from './member';

function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new SyntaxError('it has bytes that are no UTF-8');
  return bytes.toString('utf8');
}

/**
 * Streams an inventory in Glacier's JSON form: `{VaultARN, InventoryDate, ArchiveList: [...]}`. Memory stays flat.
 * @throws InventoryError when the whole is no such JSON
 */
export async function readJsonInventory(
  chunks: AsyncIterable<Buffer>,
  onMembers: TakeMembers,
): Promise<InventoryHeader> {
  const cutter = new ArchiveListCutter();
  let rows = 0;
  for await (const chunk of chunks) {
    const part = cutter.write(chunk);
    if (part === null) continue;
    const members = readMembers(part, rows);
    rows += members.length;
    if (members.length > 0) await onMembers(members);
  }
  return readFrame(cutter.frame, rows);
}

/** @param rowsBefore how many members come before these */
function readMembers({ text, followsComma, endsAtComma }: ListPart, rowsBefore: number): readonly InventoryMember[] {
  const values = valid(rowsBefore, (): unknown => JSON.parse(`[${decodeUtf8(text)}]`)) as readonly unknown[];
  if (values.length === 0 && (followsComma || endsAtComma)) {
    throw invalid(rowsBefore, 'there is a comma without a value');
  }
  return values.map((value, position) => ({ row: rowsBefore + position + 1, value }));
}

/** @param frame the document with its list empty */
function readFrame(frame: Buffer, rows: number): InventoryHeader {
  const document = valid(rows, (): unknown => JSON.parse(decodeUtf8(frame).replace(/^\ufeff/, '')));
  const { ArchiveList, VaultARN, InventoryDate } = document as Readonly<Record<string, unknown>>;
  if (!Array.isArray(ArchiveList)) throw new InventoryError('This is no Glacier inventory: it has no ArchiveList.');
  if (ArchiveList.length > 0) throw new InventoryError('This is no Glacier inventory: it has two ArchiveLists.');
  return { vaultArn: textOrNull(VaultARN), inventoryDate: textOrNull(InventoryDate) };
}

function valid<Value>(rowsBefore: number, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw invalid(rowsBefore, error instanceof Error ? error.message : String(error), error);
  }
}

function invalid(rowsBefore: number, problem: string, cause?: unknown): InventoryError {
  const place = rowsBefore === 0 ? '' : ` after row ${rowsBefore} of its ArchiveList`;
  // The parser quotes a piece of the text, which may be anybody's.
  const printable = problem.replaceAll(/\p{Cc}/gu, ' ');
  return new InventoryError(`The inventory is not valid JSON${place}: ${printable}.`, { cause });
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
