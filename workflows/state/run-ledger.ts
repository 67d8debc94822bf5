import { emptyTally, TallyBook } from '../../src/domain/tally';
import { Failure } from '../../src/failures';
import { controlPrefix } from '../../src/ids';
import type { PreparedInventory } from '../../src/wire/inventory';
import type { ClosedShard, RunProgress, RunState, ShardReport, Tally, TransferSummary } from '../../src/wire/progress';
import type { RunSettings, TransferRequest } from '../../src/wire/request';

/** What a run takes along when it continues as new. */
export interface RunCarry {
  readonly settings: RunSettings;
  readonly prepared: PreparedInventory;
  readonly startedAtMs: number;
  /** Number of the next shard to release. */
  readonly nextShard: number;
  readonly open: readonly OpenShard[];
  readonly closed: Tally;
  readonly failures: Readonly<Record<string, number>>;
  /** Bytes of the shards released, a decimal string: what pacing charges. */
  readonly releasedBytes: string;
}

/** A released shard; its report is null until its first one has come. */
interface OpenShard {
  readonly shard: number;
  readonly report: ShardReport | null;
}

/** Shards on their way at a time: a shard of 5,000 small archives waits for hours, so many of them do together. */
const MOST_OPEN_SHARDS = 100;
const DAY_MS = 86_400_000;

/** What the root knows: its settings, its shards and their counters. */
export class RunLedger {
  private state: RunState = 'inventory';
  private detail = 'checking the request';
  private settings: RunSettings | null = null;
  private prepared: PreparedInventory | null = null;
  private readonly request: Required<Pick<TransferRequest, 'vault' | 'bucket' | 'prefix'>>;
  private readonly startedAtMs: number;
  private finishedAtMs: number | null = null;
  private nextShard = 0;
  private readonly open = new Map<number, ShardReport | null>();
  private readonly closed: TallyBook;
  private readonly failures: Record<string, number>;
  private releasedBytes: bigint;

  constructor(
    private readonly run: string,
    request: Partial<TransferRequest> | null | undefined,
    nowMs: number,
    carry: RunCarry | null,
  ) {
    // Not checked yet: anything may have been sent.
    this.request = { vault: request?.vault ?? '', bucket: request?.bucket ?? '', prefix: request?.prefix ?? '' };
    this.startedAtMs = carry?.startedAtMs ?? nowMs;
    this.closed = TallyBook.from(carry?.closed ?? emptyTally());
    this.failures = { ...carry?.failures };
    this.releasedBytes = BigInt(carry?.releasedBytes ?? '0');
    if (carry === null) return;
    this.accepted(carry.settings);
    this.transfer(carry.prepared);
    this.nextShard = carry.nextShard;
    for (const { shard, report } of carry.open) this.open.set(shard, report);
  }

  // Life of the run

  accepted(settings: RunSettings): void {
    this.settings = settings;
  }

  says(detail: string): void {
    this.detail = detail;
  }

  transfer(prepared: PreparedInventory): void {
    this.prepared = prepared;
    this.state = 'transferring';
    this.detail = `moving ${counted(prepared.total.archives, 'archive')} in ${counted(prepared.shardCount, 'shard')}`;
  }

  cancelling(): void {
    this.state = 'cancelling';
    this.detail = 'stopping the shards; open uploads are dropped, what is verified stays';
  }

  /** The last word. Archives that no shard accounts for are skipped by a cancelled run, lost by any other. */
  end(state: RunState, detail: string, nowMs: number): void {
    const tally = this.tally();
    const left = tally.count('waiting');
    if (this.open.size === 0 && left > 0) {
      this.closed.add(state === 'cancelled' ? 'skipped' : 'failed', tally.size('waiting'), left);
      if (state !== 'cancelled') this.failures[Failure.ShardLost] = (this.failures[Failure.ShardLost] ?? 0) + left;
    }
    this.state = state;
    this.detail = detail;
    this.finishedAtMs = nowMs;
  }

  // Shards

  /** Every shard has been released and is closed. */
  get settled(): boolean {
    return this.open.size === 0 && this.nextShard >= (this.prepared?.shardCount ?? 0);
  }

  get openShards(): number[] {
    return [...this.open.keys()];
  }

  /**
   * Time from which the next shard may be released: bytes per day are charged for what was released before, so the
   * first one never waits. Infinity while nothing can be released.
   */
  get nextReleaseAtMs(): number {
    if (this.settings === null || this.nextShard >= (this.prepared?.shardCount ?? 0)) return Infinity;
    const unknown = [...this.open.values()].includes(null);
    if (unknown || this.open.size >= MOST_OPEN_SHARDS) return Infinity;
    const days = Number(this.releasedBytes) / Number(this.settings.bytesPerDay);
    return this.startedAtMs + Math.ceil(days * DAY_MS);
  }

  release(): number {
    const shard = this.nextShard;
    this.nextShard += 1;
    this.open.set(shard, null);
    return shard;
  }

  /** Takes a shard's counters. Repeated, late and foreign reports do no harm. */
  hear(report: ShardReport): void {
    const last = this.open.get(report.shard);
    if (last === undefined || (last !== null && report.sequence <= last.sequence)) return;
    if (last === null) this.releasedBytes += BigInt(report.bytes.total);
    this.open.set(report.shard, report);
    if (report.final) this.close(report);
  }

  /** Takes the end of shards that closed without the root hearing it. */
  reconcile(closed: readonly ClosedShard[]): void {
    for (const { shard, report } of closed) {
      const last = this.open.get(shard);
      if (last === undefined) continue;
      if (last === null) this.releasedBytes += BigInt(report?.bytes.total ?? 0);
      this.close(report ?? lost(shard, last));
    }
  }

  carry(): RunCarry | null {
    if (this.settings === null || this.prepared === null) return null;
    return {
      settings: this.settings,
      prepared: this.prepared,
      startedAtMs: this.startedAtMs,
      nextShard: this.nextShard,
      open: [...this.open].map(([shard, report]) => ({ shard, report })),
      closed: this.closed.toWire(),
      failures: this.failures,
      releasedBytes: String(this.releasedBytes),
    };
  }

  // Answers

  progress(): RunProgress {
    const bucket = this.settings?.bucket ?? this.request.bucket;
    return {
      ...this.summary(),
      bucket,
      bucketOwner: this.settings?.bucketOwner ?? null,
      problem: null,
      throttle: null,
      prefix: this.settings?.prefix ?? this.request.prefix,
      detail: this.detail,
      finishedAt: this.finishedAtMs === null ? null : iso(this.finishedAtMs),
      shardCount: this.prepared?.shardCount ?? 0,
      openShards: this.openShards,
      inventoryDate: this.prepared?.inventoryDate ?? null,
    };
  }

  summary(): TransferSummary {
    return {
      run: this.run,
      vault: this.request.vault,
      state: this.state,
      ...this.tally().toWire(),
      failures: this.allFailures(),
      quarantinedRows: this.prepared?.quarantinedRows ?? 0,
      startedAt: iso(this.startedAtMs),
      finishedAt: iso(this.finishedAtMs ?? this.startedAtMs),
      location: `s3://${this.settings?.bucket ?? this.request.bucket}/${controlPrefix(this.run)}`,
    };
  }

  private close(report: ShardReport): void {
    this.open.delete(report.shard);
    this.closed.plus(report);
    for (const [reason, count] of Object.entries(report.failures)) {
      this.failures[reason] = (this.failures[reason] ?? 0) + count;
    }
  }

  /** Counters of all shards; archives of shards that have not reported are waiting. */
  private tally(): TallyBook {
    const book = TallyBook.from(this.closed.toWire());
    for (const report of this.open.values()) if (report !== null) book.plus(report);
    const known = book.toWire();
    const total = this.prepared?.total ?? { archives: 0, bytes: '0' };
    book.add('waiting', BigInt(total.bytes) - BigInt(known.bytes.total), total.archives - known.archives.total);
    return book;
  }

  private allFailures(): Record<string, number> {
    const all = { ...this.failures };
    for (const report of this.open.values()) {
      for (const [reason, count] of Object.entries(report?.failures ?? {})) all[reason] = (all[reason] ?? 0) + count;
    }
    return all;
  }
}

/** The report of a shard that ended without one: what it had not finished has failed. */
function lost(shard: number, last: ShardReport | null): ShardReport {
  const book = TallyBook.from(last ?? emptyTally());
  const unfinished = book.open;
  for (const state of ['waiting', 'requested', 'ready', 'moving'] as const) {
    book.add('failed', book.size(state), book.count(state));
    book.add(state, -book.size(state), -book.count(state));
  }
  return {
    shard,
    sequence: (last?.sequence ?? 0) + 1,
    final: true,
    throttle: null,
    failures: { ...last?.failures, ...(unfinished === 0 ? {} : { [Failure.ShardLost]: unfinished }) },
    ...book.toWire(),
  };
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const iso = (ms: number): string => new Date(ms).toISOString();
