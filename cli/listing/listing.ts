import type { RunRecords } from '../../src/run-folder/run-records';
import type { CatalogueFile, ExcludedRow } from '../../src/run-folder/catalogue-file';
import { pagesByShard, shardOf, type ShardPage } from '../../src/run-folder/shard-pages';
import { shardWorkflowId } from '../../src/ids';
import type { ArchiveRow, ShardIndexRow } from '../../src/wire/inventory';
import { ARCHIVE_STATES, type ArchivePageRequest, type ArchiveStateRow } from '../../src/wire/progress';
import type { Receipt } from '../../src/wire/receipt';

/** Archive states, and `excluded` for what the filter excludes. */
export const LISTED_STATES = [...ARCHIVE_STATES, 'excluded'] as const;
export type ListedState = (typeof LISTED_STATES)[number];

/** One archive of an inventory: its state, and its outcome if it has ended. */
export interface ListedArchive {
  /** Null for an archive that is excluded. */
  readonly shard: number | null;
  readonly row: ArchiveRow | ExcludedRow;
  readonly state: ListedState;
  readonly reason: string | null;
  readonly receipt: Receipt | null;
}

/** The records of a run's inventory. */
export interface RunCatalogue {
  readonly file: CatalogueFile;
  /** In order of index. */
  readonly shards: readonly ShardIndexRow[];
}

/** Current archive states from the open shards. */
export interface LiveStates {
  isOpen(shard: number): boolean;
  /** States of up to `limit` archives starting at `from`, by index. */
  page(shard: number, request: ArchivePageRequest): Promise<ReadonlyMap<number, ArchiveStateRow>>;
}

/** For a run that Temporal no longer has: its records are complete. */
export const NO_LIVE_STATES: LiveStates = { isOpen: () => false, page: async () => new Map() };

/** @param query asks a workflow by id, as {@link ../runs} does */
export function liveStates(
  run: string,
  openShards: readonly number[],
  query: (workflowId: string, request: ArchivePageRequest) => Promise<readonly ArchiveStateRow[]>,
): LiveStates {
  const open = new Set(openShards);
  return {
    isOpen: (shard) => open.has(shard),
    page: async (shard, request) => {
      const rows = await query(shardWorkflowId(run, shard), request);
      return new Map(rows.map((row) => [row.index, row]));
    },
  };
}

/** Maximum number of rows in a shard's answer. */
const PAGE_ROWS = 1_000;

/** The archives of a run by index, in pages; holds the receipts of one shard in memory. */
export async function* listArchives(
  { file, shards }: RunCatalogue,
  records: RunRecords,
  live: LiveStates,
): AsyncGenerator<readonly ListedArchive[]> {
  let openShard: number | null = null;
  let receipts: ReadonlyMap<number, Receipt> = new Map();
  for await (const rows of file.archives()) {
    for (const page of pagesByShard(shards, rows, PAGE_ROWS)) {
      const { shard } = page;
      if (openShard !== shard) receipts = await records.receipts(shard);
      openShard = shard;
      const states = await statesOf(page, live);
      yield page.rows.map((row) => joined(shard, row, receipts.get(row.index), states.get(row.index)));
    }
  }
}

/** The archives excluded by the run's filter, in pages. */
export async function* listExcluded({ file }: RunCatalogue): AsyncGenerator<readonly ListedArchive[]> {
  for await (const rows of file.excluded()) yield rows.map(excluded);
}

async function statesOf({ shard, rows }: ShardPage, live: LiveStates): Promise<ReadonlyMap<number, ArchiveStateRow>> {
  const from = rows[0]?.index;
  if (from === undefined || !live.isOpen(shard)) return new Map();
  return live.page(shard, { from, limit: rows.length });
}

/** A receipt is final; without one, the state is the shard's, or the archive has not been started. */
function joined(
  shard: number,
  row: ArchiveRow,
  receipt: Receipt | undefined,
  live: ArchiveStateRow | undefined,
): ListedArchive {
  if (receipt !== undefined) return { shard, row, state: receipt.outcome, reason: receipt.reason, receipt };
  return { shard, row, state: live?.state ?? 'waiting', reason: live?.reason ?? null, receipt: null };
}

const excluded = (row: ExcludedRow): ListedArchive => ({
  shard: null,
  row,
  state: 'excluded',
  reason: null,
  receipt: null,
});

/**
 * The archive with this archive id or, failing that, this object key.
 * @returns null when the inventory has no such archive
 */
export async function findArchive(
  { file, shards }: RunCatalogue,
  records: RunRecords,
  live: LiveStates,
  wanted: string,
): Promise<ListedArchive | null> {
  const row = await file.find(wanted);
  if (row === null) return null;
  if (row.index === null) return excluded(row);
  const { shard } = shardOf(shards, row.index);
  const receipts = await records.receipts(shard);
  const states = await statesOf({ shard, rows: [row] }, live);
  return joined(shard, row, receipts.get(row.index), states.get(row.index));
}
