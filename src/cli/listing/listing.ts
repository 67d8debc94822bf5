import { shardWorkflowId } from '../../ids';
import type { ArchiveRow } from '../../wire/inventory';
import type { ArchivePageRequest, ArchiveState, ArchiveStateRow } from '../../wire/progress';
import type { Receipt } from '../../wire/receipt';
import type { RunRecords } from '../../aws/run-records';

/** One archive of a run: where it is, and how it ended if it has. */
export interface ListedArchive {
  readonly shard: number;
  readonly row: ArchiveRow;
  readonly state: ArchiveState;
  readonly reason: string | null;
  readonly receipt: Receipt | null;
}

/** What the open shards say of their archives at this moment. */
export interface LiveStates {
  isOpen(shard: number): boolean;
  /** States of the archives `from` and up to `limit` further ones, by index. */
  page(shard: number, request: ArchivePageRequest): Promise<ReadonlyMap<number, ArchiveStateRow>>;
}

/** For a run that Temporal no longer knows: its records say all there is. */
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

/** Most rows that a shard gives in one answer. */
const PAGE_ROWS = 1_000;

/** Every archive of a run in the order of its inventory; memory for one shard at a time. */
export async function* listArchives(records: RunRecords, live: LiveStates): AsyncGenerator<ListedArchive> {
  for await (const shard of records.shards()) yield* listShard(records, live, shard);
}

async function* listShard(records: RunRecords, live: LiveStates, shard: number): AsyncGenerator<ListedArchive> {
  const [rows, receipts] = await Promise.all([records.rows(shard), records.receipts(shard)]);
  for (let start = 0; start < rows.length; start += PAGE_ROWS) {
    const page = rows.slice(start, start + PAGE_ROWS);
    const states = await statesOf(page, live, shard);
    for (const row of page) yield joined(shard, row, receipts.get(row.index), states.get(row.index));
  }
}

async function statesOf(
  page: readonly ArchiveRow[],
  live: LiveStates,
  shard: number,
): Promise<ReadonlyMap<number, ArchiveStateRow>> {
  const from = page[0]?.index;
  if (from === undefined || !live.isOpen(shard)) return new Map();
  return live.page(shard, { from, limit: page.length });
}

/** A receipt is the last word on an archive; without one it is where its shard says, or nobody has begun with it. */
export function joined(
  shard: number,
  row: ArchiveRow,
  receipt: Receipt | undefined,
  live: ArchiveStateRow | undefined,
): ListedArchive {
  if (receipt !== undefined) return { shard, row, state: receipt.outcome, reason: receipt.reason, receipt };
  return { shard, row, state: live?.state ?? 'waiting', reason: live?.reason ?? null, receipt: null };
}

/**
 * The archive with this archive id or, failing that, this object key.
 * @returns null when the run has no such archive
 */
export async function findArchive(
  records: RunRecords,
  wanted: string,
): Promise<{ readonly shard: number; readonly row: ArchiveRow } | null> {
  for await (const shard of records.shards()) {
    const rows = await records.rows(shard);
    const row = rows.find(({ archiveId, key }) => archiveId === wanted || key === wanted);
    if (row !== undefined) return { shard, row };
  }
  return null;
}
