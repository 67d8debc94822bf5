import { emptyTally, TallyBook } from '../../src/domain/tally';
import { controlPrefix } from '../../src/ids';
import type { PreparedInventory } from '../../src/wire/inventory';
import type { Limit, RunProgress, RunState, TransferSummary } from '../../src/wire/progress';
import type { RateLimits, RunSettings, TransferRequest } from '../../src/wire/request';
import type { RunAdmission } from './admission';
import type { RunPause } from './run-pause';
import type { ShardTracker } from './shard-tracker';

/** Outcome of a run in which every archive is settled. */
export interface FinalOutcome {
  readonly state: 'completed' | 'completed-with-failures';
  /** A part of a sentence. */
  readonly detail: string;
}

/** A run is `completed` only if every archive that it was asked to move is verified and every row could be read. */
export function finalOutcome({
  archives,
  quarantinedRows,
  inventoryDate,
}: Pick<RunProgress, 'archives' | 'quarantinedRows' | 'inventoryDate'>): FinalOutcome {
  if (archives.verified < archives.total) {
    return { state: 'completed-with-failures', detail: 'some archives were not moved; their receipts say why' };
  }
  const rows = quarantinedRows === 1 ? '1 row' : `${quarantinedRows} rows`;
  const unreadable = quarantinedRows === 0 ? '' : `; ${rows} of the inventory could not be read`;
  const state = unreadable === '' ? 'completed' : 'completed-with-failures';
  if (archives.total > 0) return { state, detail: `every archive is verified${unreadable}` };
  // A CSV inventory does not say whether it is complete.
  const isEmpty = unreadable === '' && inventoryDate !== null;
  if (!isEmpty) return { state, detail: `the inventory lists no archive${unreadable}` };
  return { state, detail: `the vault is empty: its inventory of ${inventoryDate} lists no archive` };
}

/** Facts from which a run's progress is derived; null is not known yet. */
export interface RunFacts {
  readonly run: string;
  /** The request, until the settings are known. */
  readonly request: Required<Pick<TransferRequest, 'vault' | 'bucket' | 'prefix'>>;
  readonly settings: RunSettings | null;
  readonly prepared: PreparedInventory | null;
  readonly shards: ShardTracker | null;
  readonly admission: RunAdmission | null;
  readonly pause: RunPause;
  readonly rateLimits: RateLimits;
  readonly state: RunState;
  readonly detail: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
}

/** Neither being cancelled nor closed: what blocks the run is relevant. */
const isInProgress = ({ state }: RunFacts): boolean => state === 'inventory' || state === 'transferring';

/** The state to show: `paused` and `attention` hide what the run would be doing. */
export function shownState(run: RunFacts): RunState {
  if (!isInProgress(run) || run.pause.isOpen) return run.state;
  return run.pause.isPaused ? 'paused' : 'attention';
}

/** Result of the query `progress`. */
export function progressOf(run: RunFacts): RunProgress {
  const { settings, prepared, shards, admission, pause, request, finishedAtMs } = run;
  return {
    ...summaryOf(run),
    bucket: settings?.bucket ?? request.bucket,
    bucketOwner: settings?.bucketOwner ?? null,
    prefix: settings?.prefix ?? request.prefix,
    detail: shownDetail(run),
    finishedAt: finishedAtMs === null ? null : iso(finishedAtMs),
    shardCount: prepared?.shardCount ?? 0,
    openShards: shards?.openShards ?? [],
    inventoryDate: prepared?.inventoryDate ?? null,
    gaps: prepared?.gaps ?? 0,
    tier: settings?.tier ?? null,
    rateLimits: run.rateLimits,
    lastHourBytes: text(admission?.lastHourBytes ?? null),
    admittedBytes: String(admission?.admittedBytes ?? 0),
    limitedBy: limitedBy(run),
    problem: isInProgress(run) ? pause.problem : null,
    throttle: isInProgress(run) ? (shards?.throttle() ?? null) : null,
  };
}

/** The run's result so far. */
export function summaryOf(run: RunFacts): TransferSummary {
  const { settings, prepared, shards, request, startedAtMs, finishedAtMs } = run;
  return {
    run: run.run,
    vault: request.vault,
    state: shownState(run),
    ...tallyOf(shards).toWire(),
    failures: shards?.allFailures() ?? {},
    quarantinedRows: prepared?.quarantinedRows ?? 0,
    startedAt: iso(startedAtMs),
    finishedAt: iso(finishedAtMs ?? startedAtMs),
    location: `s3://${settings?.bucket ?? request.bucket}/${controlPrefix(run.run)}`,
  };
}

/** Archives by state; none before there are shards. */
export const tallyOf = (shards: ShardTracker | null): TallyBook => shards?.tally() ?? TallyBook.from(emptyTally());

function limitedBy(run: RunFacts): Limit | null {
  const limit = run.admission?.limitedBy ?? null;
  if (!isInProgress(run) || limit === null) return null;
  return run.pause.isOpen ? limit : 'paused';
}

function shownDetail(run: RunFacts): string {
  if (!isInProgress(run) || run.pause.isOpen) return run.detail;
  return run.pause.isPaused ? 'paused; nothing new is started' : (run.pause.problem?.message ?? '');
}

const text = (bytes: number | null): string | null => (bytes === null ? null : String(bytes));

const iso = (ms: number): string => new Date(ms).toISOString();
