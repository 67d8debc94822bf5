import { MAX_ARCHIVE_BYTES } from '../domain/part-plan';
import { UnreadableLine } from './read-csv-inventory';

/** A checked member of the ArchiveList, or line of a CSV inventory. */
export interface InventoryRow {
  readonly archiveId: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly treeHash: string;
  /** As in the inventory, ISO 8601. */
  readonly creationDate: string;
  /** The same instant, milliseconds since 1970. */
  readonly createdMs: number;
  /** Raw and untrusted; empty if the inventory has none. */
  readonly description: string;
}

/** Observed ids have 138 characters, but that is not guaranteed; the alphabet is safe in keys and workflow ids. */
export const ARCHIVE_ID = /^[A-Za-z0-9_-]{1,255}$/;
const TREE_HASH = /^[0-9a-f]{64}$/i;
/** Glacier writes UTC, with or without a fraction; tools that copy inventories drop the Z. */
const CREATION_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?$/;

export type CheckedRow =
  | { readonly ok: true; readonly row: InventoryRow }
  /** `reason` is a sentence. */
  | { readonly ok: false; readonly reason: string };

/**
 * Checks one member of the ArchiveList, or one line of a CSV inventory. Archives in Glacier have at least 1 byte, so a size
 * of 0 is rejected too. Only the description may be missing.
 */
export function checkRow(value: unknown): CheckedRow {
  if (value instanceof UnreadableLine) return refused(value.reason);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused('The row is not an object.');
  const fields = value as Readonly<Record<string, unknown>>;
  const archiveId = fields['ArchiveId'];
  if (typeof archiveId !== 'string' || !ARCHIVE_ID.test(archiveId)) {
    return refused('ArchiveId is missing or not 1 to 255 of A-Z a-z 0-9 _ -.');
  }
  const sizeBytes = fields['Size'];
  if (typeof sizeBytes !== 'number' || !Number.isInteger(sizeBytes) || sizeBytes < 1 || sizeBytes > MAX_ARCHIVE_BYTES) {
    return refused(`Size is missing or not a whole number of bytes from 1 to ${MAX_ARCHIVE_BYTES}.`);
  }
  const treeHash = fields['SHA256TreeHash'];
  if (typeof treeHash !== 'string' || !TREE_HASH.test(treeHash)) {
    return refused('SHA256TreeHash is missing or not 64 hexadecimal digits.');
  }
  const creationDate = fields['CreationDate'];
  const createdMs = typeof creationDate === 'string' ? parseDate(creationDate) : null;
  if (typeof creationDate !== 'string' || createdMs === null) {
    return refused('CreationDate is missing or not a date like 2012-05-15T17:19:46.700Z.');
  }
  const description = fields['ArchiveDescription'] ?? '';
  if (typeof description !== 'string') return refused('ArchiveDescription is not a string.');
  return {
    ok: true,
    row: {
      archiveId,
      sizeBytes,
      treeHash: treeHash.toLowerCase(),
      creationDate,
      createdMs,
      description: description.toWellFormed(),
    },
  };
}

const refused = (reason: string): CheckedRow => ({ ok: false, reason });

function parseDate(text: string): number | null {
  if (!CREATION_DATE.test(text)) return null;
  const ms = Date.parse(text.endsWith('Z') ? text : `${text}Z`);
  // Date.parse accepts 30 February as 2 March, and 24:00 as the next day.
  return new Date(ms).getUTCDate() === Number(text.slice(8, 10)) ? ms : null;
}
