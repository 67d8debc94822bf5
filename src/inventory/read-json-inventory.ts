import { isUtf8 } from 'node:buffer';
import { ArchiveListCutter, type ListPart } from './cut-archive-list';
import { InventoryError, type InventoryHeader, type InventoryMember, type TakeMembers } from './member';
import { inPieces } from './pieces';

function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new SyntaxError('bytes that are no UTF-8');
  return bytes.toString('utf8');
}

/**
 * Streams an inventory in Glacier's JSON form: `{VaultARN, InventoryDate, ArchiveList: [...]}`. Constant memory.
 * @throws InventoryError when it is not such JSON (the message quotes none of it); the signal's reason when it has aborted
 */
export async function readJsonInventory(
  chunks: AsyncIterable<Buffer>,
  onMembers: TakeMembers,
  signal?: AbortSignal,
): Promise<InventoryHeader> {
  const cutter = new ArchiveListCutter();
  let rows = 0;
  for await (const piece of inPieces(chunks, signal)) {
    const part = cutter.write(piece);
    if (part === null) continue;
    const members = readMembers(part, rows);
    rows += members.length;
    if (members.length > 0) await onMembers(members);
  }
  return readFrame(cutter.end(), rows);
}

/** @param rowsBefore how many members come before these */
function readMembers({ text, followsComma, endsAtComma }: ListPart, rowsBefore: number): readonly InventoryMember[] {
  const values = valid(rowsBefore, (): unknown => JSON.parse(`[${decodeUtf8(text)}]`)) as readonly unknown[];
  if (values.length === 0 && (followsComma || endsAtComma)) {
    throw invalid(rowsBefore);
  }
  return values.map((value, position) => ({ row: rowsBefore + position + 1, value }));
}

/** @param frame the document with an empty list */
function readFrame(frame: Buffer, rows: number): InventoryHeader {
  const document = valid(rows, (): unknown => JSON.parse(decodeUtf8(frame).replace(/^\ufeff/, '')));
  const { ArchiveList, VaultARN, InventoryDate } = document as Readonly<Record<string, unknown>>;
  if (!Array.isArray(ArchiveList)) throw new InventoryError('This is not a Glacier inventory: it has no ArchiveList.');
  if (ArchiveList.length > 0) throw new InventoryError('This is not a Glacier inventory: it has two ArchiveLists.');
  return { vaultArn: vaultArnOf(VaultARN), inventoryDate: dateOf(InventoryDate) };
}

function valid<Value>(rowsBefore: number, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    // The parser's message quotes the text, which may be confidential.
    if (error instanceof SyntaxError) throw invalid(rowsBefore);
    throw error;
  }
}

function invalid(rowsBefore: number): InventoryError {
  const place = rowsBefore === 0 ? '' : ` after row ${rowsBefore} of its ArchiveList`;
  return new InventoryError(
    `The inventory is not valid JSON${place}, or not in UTF-8. It may be cut off: use the complete inventory exactly as Glacier wrote it.`,
  );
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const VAULT_ARN = /^arn:[a-z-]+:glacier:[a-z0-9-]+:\d{12}:vaults\/[A-Za-z0-9_.-]{1,255}$/;

/** @throws InventoryError when it is not one: messages quote it */
function vaultArnOf(value: unknown): string | null {
  const text = textOrNull(value);
  if (text !== null && !VAULT_ARN.test(text)) {
    throw new InventoryError('This is not a Glacier inventory: its VaultARN is not the ARN of a vault.');
  }
  return text;
}

/** A date in any form of ISO 8601, else null: it only serves to be compared. */
function dateOf(value: unknown): string | null {
  const text = textOrNull(value);
  return text !== null && /^\d{4}-\d\d-\d\d[0-9T:.,+-]{0,30}Z?$/.test(text) ? text : null;
}
