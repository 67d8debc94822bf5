import { MAX_KEY_BYTES } from '../../domain/names/object-key';
import { safeName } from '../../domain/names/safe-name';
import { CONTROL_ROOT } from '../../ids';
import type { CsvTableRow } from '../read-csv-table';

/** First row of a names table, that of AWS's transfer solution. */
export const NAMES_HEADER = ['GlacierArchiveID', 'FileName'] as const;

/** A row of a names table. */
export interface Override {
  readonly line: number;
  readonly archiveId: string;
  /** Full object key; empty where the archive keeps the name of its description. */
  readonly key: string;
}

/** What is wrong with a row, said of one or many. */
export interface OverrideProblem {
  readonly kind: string;
}

/**
 * Reads a row of a names table. The name is taken as it is or not at all: it must be a key that
 * {@link safeName} has nothing to change in.
 */
export function readOverride({ line, fields }: CsvTableRow, keyPrefix: string): Override | OverrideProblem {
  const [archiveId = '', fileName = ''] = fields;
  if (fields.length !== NAMES_HEADER.length) {
    return { kind: 'rows of other than two columns' };
  }
  if (fileName === '') return { line, archiveId, key: '' };
  if (safeName(fileName) !== fileName) return { kind: 'names that are no safe keys' };
  const key = keyPrefix + fileName;
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return { kind: `keys of more than ${MAX_KEY_BYTES} bytes` };
  if (key.startsWith(CONTROL_ROOT)) return { kind: `keys in ${CONTROL_ROOT}, where runs keep their records` };
  return { line, archiveId, key };
}
