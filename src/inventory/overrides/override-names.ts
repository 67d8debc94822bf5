import type { Readable } from 'node:stream';
import { Failure, TransferError } from '../../failures';
import type { NameFormat } from '../../wire/inventory';
import type { Catalogue } from '../catalogue';
import { FileProblems, matchGivenIds, reportProblems, reportUnknownIds } from '../file-problems';
import { readCsvTable, type CsvTableRow } from '../read-csv-table';
import type { Columns } from '../table-filler';
import { MAX_KEY_BYTES } from '../../domain/names/object-key';
import { safeName } from '../../domain/names/safe-name';
import { CONTROL_ROOT } from '../../ids';

/** Header of a names table, as in AWS's transfer solution. */
const NAMES_HEADER = ['GlacierArchiveID', 'FileName'] as const;

/** A row of a names table. */
export interface Override {
  readonly line: number;
  readonly archiveId: string;
  /** Full object key; empty if the archive keeps the name from its description. */
  readonly key: string;
}

/** What is wrong with a row, worded for one or many rows. */
export interface OverrideProblem {
  readonly kind: string;
}

/**
 * Reads a row of a names table. The name is used unchanged or rejected: it must be a key that
 * {@link safeName} leaves unchanged.
 */
function readOverride({ line, fields }: CsvTableRow, keyPrefix: string): Override | OverrideProblem {
  const [archiveId = '', fileName = ''] = fields;
  if (fields.length !== NAMES_HEADER.length) {
    return { kind: 'rows of other than two columns' };
  }
  if (fileName === '') return { line, archiveId, key: '' };
  if (safeName(fileName) !== fileName) return { kind: 'names that are not safe keys' };
  const key = keyPrefix + fileName;
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return { kind: `keys of more than ${MAX_KEY_BYTES} bytes` };
  if (key.startsWith(CONTROL_ROOT)) return { kind: `keys in ${CONTROL_ROOT}, where runs keep their records` };
  return { line, archiveId, key };
}

const WHAT = 'names table';
const FORMAT: NameFormat = 'override';
const ROWS_AT_ONCE = 256;

const COLUMNS: Columns<Override> = {
  line: ['line', 'BIGINT'],
  archiveId: ['archive_id', 'VARCHAR'],
  key: ['key', 'VARCHAR'],
};

/**
 * Gives archives in the table `archives` the keys from the user's names table: CSV
 * `GlacierArchiveID,FileName`, of any length. An archive without a row, or with an empty name, keeps the key it has.
 * @param signal stops the reading
 * @returns the table's problems; empty if it was applied
 * @throws TransferError InvalidRequest when it is not such a table
 */
export async function overrideNames(
  catalogue: Catalogue,
  source: Readable,
  keyPrefix: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const problems = await load(catalogue, source, keyPrefix, signal);
  await matchGivenIds(catalogue, 'overrides');
  await reportUnknownIds(catalogue, 'overrides', problems);
  await reportProblems(catalogue, problems, 'archive ids given again', REPEATED_IDS);
  await reportProblems(catalogue, problems, 'keys given again', REPEATED_KEYS);
  if (problems.list().length === 0) await apply(catalogue);
  return problems.list();
}

async function load(
  catalogue: Catalogue,
  source: Readable,
  keyPrefix: string,
  signal?: AbortSignal,
): Promise<FileProblems> {
  const problems = new FileProblems(WHAT);
  const overrides = await catalogue.createTable('overrides', COLUMNS);
  let header: readonly string[] | null = null;
  let read: Override[] = [];
  for await (const row of readCsvTable(source, WHAT, signal)) {
    if (header === null) {
      header = row.fields;
      refuseOtherHeader(header);
      continue;
    }
    const override = readOverride(row, keyPrefix);
    if ('kind' in override) problems.add(override.kind, { line: row.line });
    else read.push(override);
    if (read.length === ROWS_AT_ONCE) {
      await overrides.append(read);
      read = [];
    }
  }
  await overrides.append(read);
  await overrides.finish();
  refuseOtherHeader(header ?? []);
  return problems;
}

function refuseOtherHeader(header: readonly string[]): void {
  if (header.join(',') === NAMES_HEADER.join(',')) return;
  throw new TransferError(
    Failure.InvalidRequest,
    // The message does not quote it: a wrong path may point to a file with secrets.
    `the first line of the ${WHAT} is not ${NAMES_HEADER.join(',')}`,
  );
}

const REPEATED_IDS = `
  SELECT line, first_line FROM overrides JOIN (
    SELECT line, min(line) OVER (PARTITION BY "row") AS first_line FROM overrides_rows
    WHERE "row" IN (SELECT "row" FROM overrides_rows GROUP BY 1 HAVING count(*) > 1)
  ) USING (line) WHERE line > first_line`;

/** Compares hashes first: millions of keys would need too much memory. */
const REPEATED_KEYS = `
  SELECT line, first_line FROM (
    SELECT line, key, min(line) OVER (PARTITION BY key) AS first_line FROM overrides
    WHERE key <> '' AND hash(key) IN (SELECT hash(key) FROM overrides GROUP BY 1 HAVING count(*) > 1)
  ) WHERE line > first_line`;

/** Rewrites the table: an UPDATE of millions of strings would have to fit into memory. */
async function apply({ connection }: Catalogue): Promise<void> {
  await connection.run(`
    CREATE TABLE named_archives AS
    SELECT archives.* REPLACE (
      coalesce(given.key, archives.key) AS key,
      CASE WHEN given.key IS NULL THEN name_format ELSE '${FORMAT}' END AS name_format
    )
    FROM archives LEFT JOIN (
      SELECT "row", key FROM overrides JOIN overrides_rows USING (line) WHERE key <> ''
    ) given USING ("row")`);
  await connection.run('DROP TABLE archives');
  await connection.run('ALTER TABLE named_archives RENAME TO archives');
}
