import { TallyBook } from '../../src/domain/tally';
import type { Failure } from '../../src/failures';
import type { ArchivePageRequest, ArchiveState, ArchiveStateRow, Throttle } from '../../src/wire/progress';
import type { ShardReport } from '../../src/wire/signals';
import type { Outcome } from '../../src/wire/receipt';

/** Keeps a page of the query far below Temporal's limit of 2 MiB. */
const MAX_ROWS = 1_000;

/** The table's part of a {@link ShardReport}. */
export type TableReport = Omit<ShardReport, 'neededBytes' | 'requestedBytes'>;

interface Row {
  readonly index: number;
  readonly sizeBytes: number;
  state: ArchiveState;
  reason: Failure | null;
}

/** State of each archive of a shard, and the counters derived from it. */
export class ArchiveTable {
  private firstIndex = 0;
  private rows: readonly Row[] = [];
  private readonly tally = new TallyBook();
  private readonly failures: Record<string, number> = {};
  private sequence = 0;
  private throttle: Throttle | null = null;
  private changed = true;

  /** @param retries of the run before this workflow was started */
  constructor(
    readonly shard: number,
    private retries = 0,
  ) {}

  /** @param verified archives that an earlier workflow of the shard has verified */
  open(firstIndex: number, sizesBytes: readonly number[], verified: readonly number[]): void {
    this.firstIndex = firstIndex;
    this.rows = sizesBytes.map((sizeBytes, offset) => ({
      index: firstIndex + offset,
      sizeBytes,
      state: 'waiting',
      reason: null,
    }));
    for (const row of this.rows) this.tally.add('waiting', row.sizeBytes);
    for (const index of verified) this.settle(index, 'verified', null);
  }

  /** Null for an index of another shard: signals may contain any. */
  state(index: number): ArchiveState | null {
    return this.row(index)?.state ?? null;
  }

  sizeBytes(index: number): number {
    return this.row(index)?.sizeBytes ?? 0;
  }

  isOpen(index: number): boolean {
    const state = this.state(index);
    return state !== null && !isSettled(state);
  }

  /** Sets the state of an archive unless it is settled. */
  setState(index: number, state: ArchiveState): void {
    const row = this.row(index);
    if (row === null || isSettled(row.state)) return;
    this.tally.move(row.state, state, row.sizeBytes);
    row.state = state;
    this.changed = true;
  }

  /** Sets the outcome of an archive; the first one counts. */
  settle(index: number, outcome: Outcome, reason: Failure | null): void {
    const row = this.row(index);
    if (row === null || isSettled(row.state)) return;
    this.setState(index, outcome);
    row.reason = reason;
    if (outcome === 'failed' && reason !== null) this.failures[reason] = (this.failures[reason] ?? 0) + 1;
  }

  /** Reopens failed archives and returns them, once for each retry of the run: a signal may be delivered twice. */
  retry(number: number): number[] {
    if (number <= this.retries) return [];
    this.retries = number;
    this.changed = true;
    const failed = this.rows.filter((row) => row.state === 'failed');
    for (const row of failed) {
      this.tally.move(row.state, 'waiting', row.sizeBytes);
      row.state = 'waiting';
      row.reason = null;
    }
    for (const reason of Object.keys(this.failures)) delete this.failures[reason];
    return failed.map(({ index }) => index);
  }

  throttled(throttle: Throttle | null): void {
    if (throttle?.requestsPerSecond === this.throttle?.requestsPerSecond) return;
    this.throttle = throttle;
    this.changed = true;
  }

  /** Every archive is verified, failed or skipped. */
  get settled(): boolean {
    return this.tally.open === 0;
  }

  /** Bytes of all archives that are not settled. */
  get openBytes(): number {
    return Number(this.tally.openBytes);
  }

  /** Something has changed since the last `takeReport`. */
  get hasChanges(): boolean {
    return this.changed;
  }

  takeReport(): TableReport {
    this.sequence += 1;
    this.changed = false;
    return this.report();
  }

  report(): TableReport {
    const { shard, sequence, throttle, retries } = this;
    const failures = { ...this.failures };
    return { shard, sequence, final: this.settled, failures, throttle, retries, ...this.tally.toWire() };
  }

  page({ from, limit }: ArchivePageRequest): ArchiveStateRow[] {
    const start = Math.max(0, from - this.firstIndex);
    return this.rows
      .slice(start, start + Math.min(limit, MAX_ROWS))
      .map(({ index, state, reason }) => ({ index, state, reason }));
  }

  private row(index: number): Row | null {
    return this.rows[index - this.firstIndex] ?? null;
  }
}

const isSettled = (state: ArchiveState): state is Outcome =>
  state === 'verified' || state === 'failed' || state === 'skipped';
