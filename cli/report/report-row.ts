import type { QuarantinedRow } from '../../src/inventory/quarantine';
import type { NameFormat } from '../../src/wire/inventory';
import type { Outcome, Proof } from '../../src/wire/receipt';
import { type ListedArchive, listArchives, listExcluded, type LiveStates } from '../listing/listing';
import type { RunRecords } from '../../src/run-folder/run-records';
import type { OpenCatalogue } from '../listing/open-catalogue';

/**
 * Every row of the inventory once, a page at a time: the archives of the run by index, what its filter leaves out, and
 * what is no archive.
 */
export async function* reportRows(
  run: string,
  catalogue: OpenCatalogue,
  records: RunRecords,
  live: LiveStates,
): AsyncGenerator<readonly ReportRow[]> {
  for await (const page of listArchives(catalogue, records, live)) {
    yield page.map((archive) => archiveReportRow(run, archive));
  }
  for await (const page of listExcluded(catalogue)) yield page.map((archive) => archiveReportRow(run, archive));
  if (catalogue.prepared.quarantinedRows === 0) return;
  for await (const row of records.quarantine()) yield [quarantinedReportRow(run, row)];
}

/** What became of a row of the inventory. */
export type ReportOutcome = Outcome | 'excluded' | 'quarantined' | 'open';

/** A row of the inventory and its outcome: a line of the report. Null if unknown or not applicable. */
export interface ReportRow {
  readonly run: string;
  readonly outcome: ReportOutcome;
  /** Of an open archive: waiting, requested, ready or moving, if known. */
  readonly state: string | null;
  /** Name of the failure. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly archive_id: string | null;
  readonly key: string | null;
  readonly size_bytes: number | null;
  readonly creation_date: string | null;
  readonly tree_hash: string | null;
  /** Raw and untrusted. */
  readonly description: string | null;
  readonly name_format: NameFormat | null;
  readonly bucket: string | null;
  /** Class of the object when it was proved; for archives that are not verified, null. */
  readonly storage_class: string | null;
  readonly version_id: string | null;
  readonly etag: string | null;
  readonly crc32: string | null;
  readonly adopted: boolean | null;
  /** What ties the bytes to the tree hash; null in receipts of earlier versions. */
  readonly proof: Proof | null;
  /** Oldest first. */
  readonly job_ids: readonly string[];
  readonly requested_at: string | null;
  readonly ready_at: string | null;
  readonly settled_at: string | null;
  readonly shard: number | null;
  /** Number of the archive in the run, from 0. */
  readonly index: number | null;
  /** Of a quarantined row: its position in the inventory, from 1; in a CSV inventory the number of its line. */
  readonly inventory_row: number | null;
}

type ColumnType = 'VARCHAR' | 'VARCHAR[]' | 'BIGINT' | 'BOOLEAN' | 'TIMESTAMP';

/** The columns of the report in order, with their DuckDB types. */
export const COLUMNS: Readonly<Record<keyof ReportRow, ColumnType>> = {
  run: 'VARCHAR',
  outcome: 'VARCHAR',
  state: 'VARCHAR',
  reason: 'VARCHAR',
  message: 'VARCHAR',
  archive_id: 'VARCHAR',
  key: 'VARCHAR',
  size_bytes: 'BIGINT',
  creation_date: 'VARCHAR',
  tree_hash: 'VARCHAR',
  description: 'VARCHAR',
  name_format: 'VARCHAR',
  bucket: 'VARCHAR',
  storage_class: 'VARCHAR',
  version_id: 'VARCHAR',
  etag: 'VARCHAR',
  crc32: 'VARCHAR',
  adopted: 'BOOLEAN',
  proof: 'VARCHAR',
  job_ids: 'VARCHAR[]',
  requested_at: 'TIMESTAMP',
  ready_at: 'TIMESTAMP',
  settled_at: 'TIMESTAMP',
  shard: 'BIGINT',
  index: 'BIGINT',
  inventory_row: 'BIGINT',
};

/** The line of an archive. Without a receipt it is open, whatever its shard reports. */
export function archiveReportRow(run: string, { shard, row, state, reason, receipt }: ListedArchive): ReportRow {
  const outcome = state === 'excluded' ? state : (receipt?.outcome ?? 'open');
  const stored = receipt?.stored ?? null;
  return {
    run,
    outcome,
    state: outcome === 'open' ? state : null,
    reason,
    message: receipt?.message ?? null,
    archive_id: row.archiveId,
    key: row.key,
    size_bytes: row.sizeBytes,
    creation_date: row.creationDate,
    tree_hash: row.treeHash,
    description: row.description,
    name_format: row.nameFormat,
    bucket: receipt?.bucket ?? null,
    storage_class: stored?.storageClass ?? null,
    version_id: stored?.versionId ?? null,
    etag: stored?.etag ?? null,
    crc32: stored?.crc32 ?? null,
    adopted: stored?.adopted ?? null,
    proof: stored?.proof ?? null,
    job_ids: receipt?.jobIds ?? [],
    requested_at: receipt?.requestedAt ?? null,
    ready_at: receipt?.readyAt ?? null,
    settled_at: receipt?.settledAt ?? null,
    shard,
    index: row.index,
    inventory_row: null,
  };
}

/** The line of a row that is not a valid archive: its message says why. Its own text is in quarantine.jsonl. */
export const quarantinedReportRow = (run: string, { row, reason }: QuarantinedRow): ReportRow => ({
  run,
  outcome: 'quarantined',
  state: null,
  reason: null,
  message: reason,
  archive_id: null,
  key: null,
  size_bytes: null,
  creation_date: null,
  tree_hash: null,
  description: null,
  name_format: null,
  bucket: null,
  storage_class: null,
  version_id: null,
  etag: null,
  crc32: null,
  adopted: null,
  proof: null,
  job_ids: [],
  requested_at: null,
  ready_at: null,
  settled_at: null,
  shard: null,
  index: null,
  inventory_row: row,
});
