import type { Finding, RecordedArchive } from './difference';

const FIELDS = ['archiveId', 'key', 'sizeBytes', 'treeHash'] as const;

/** Whether a receipt of a verified archive says what the run's list of archives says. */
export function checkReceipt({ row, receipt }: RecordedArchive): readonly Finding[] {
  if (receipt === null) return [];
  const { stored } = receipt;
  if (stored === null) return [wrong('the receipt says "verified", but names no object')];
  const differing = FIELDS.filter((field) => receipt[field] !== row[field]);
  const proof = (['key', 'sizeBytes', 'treeHash'] as const).filter((field) => stored[field] !== row[field]);
  const fields = [...new Set([...differing, ...proof])];
  return fields.length === 0 ? [] : [wrong(`the receipt and the list of archives differ in ${fields.join(', ')}`)];
}

const wrong = (message: string): Finding => ({ kind: 'receipt', message });
