import { emptyTally, TallyBook } from '../../src/domain/tally';
import type { PreparedInventory, ResumedRun } from '../../src/wire/inventory';
import type { Tally, Throttle } from '../../src/wire/progress';
import type { ShardReport } from '../../src/wire/signals';

/** State of the tracker on continue-as-new. */
export interface ShardTrackerCarry {
  /** Number of the next shard to release for the first time. */
  readonly nextShard: number;
  /** Shards to reopen. */
  readonly reopened: readonly number[];
  readonly open: readonly OpenShard[];
  readonly closed: Tally;
  readonly failures: Readonly<Record<string, number>>;
  /** Closed shards with archives that are not verified. */
  readonly unfinished: readonly number[];
  readonly retries: number;
}

/** A released shard. */
export interface OpenShard {
  readonly shard: number;
  /** Null before its first one. */
  readonly report: ShardReport | null;
  readonly admittedBytes: number;
}

export interface Release {
  readonly shard: number;
  /** An earlier workflow of the shard has left receipts. */
  readonly reopened: boolean;
  /** Retries of the run so far, which do not concern the shard. */
  readonly retries: number;
}

/**
 * Shards open in parallel: a shard of 5,000 small archives waits for hours. Their reports are part of the root's state on
 * continue-as-new, and stay far below Temporal's limit.
 */
export const MAX_OPEN_SHARDS = 200;

/** Which shards are released, which are closed, and the outcome of their archives. */
export class ShardTracker {
  private nextShard: number;
  private reopened: number[];
  private readonly open: Map<number, OpenShard>;
  private closed: TallyBook;
  private failures: Record<string, number>;
  private readonly unfinished: Set<number>;
  private retries: number;

  constructor(
    private readonly prepared: PreparedInventory,
    carry: ShardTrackerCarry | null,
  ) {
    this.nextShard = carry?.nextShard ?? 0;
    this.reopened = [...(carry?.reopened ?? [])];
    this.open = new Map(carry?.open.map((open) => [open.shard, open]));
    this.closed = TallyBook.from(carry?.closed ?? emptyTally());
    this.failures = { ...carry?.failures };
    this.unfinished = new Set(carry?.unfinished);
    this.retries = carry?.retries ?? 0;
  }

  /** Every shard has been released and is closed. */
  get settled(): boolean {
    return this.open.size === 0 && !this.hasNext;
  }

  get openShards(): number[] {
    return [...this.open.keys()];
  }

  get allOpen(): readonly OpenShard[] {
    return [...this.open.values()];
  }

  /** The shard that has not started to request all of its archives; null for none. */
  get requesting(): OpenShard | null {
    for (const open of this.open.values()) {
      if (open.report === null || open.report.requestedBytes < open.report.neededBytes) return open;
    }
    return null;
  }

  /** A shard is left, no other one is still requesting its archives, and not too many are open. */
  get mayRelease(): boolean {
    return this.hasNext && this.requesting === null && this.open.size < MAX_OPEN_SHARDS;
  }

  /** Some shard is still to be released. */
  get hasNext(): boolean {
    return this.reopened.length > 0 || this.nextShard < this.prepared.shardCount;
  }

  release(admittedBytes: number): Release {
    const retried = this.reopened.shift();
    const shard = retried ?? this.nextShard;
    if (retried === undefined) this.nextShard += 1;
    this.open.set(shard, { shard, report: null, admittedBytes });
    return { shard, reopened: retried !== undefined, retries: this.retries };
  }

  /** Sets how much of a shard's archives may be requested. */
  admit(shard: number, admittedBytes: number): void {
    const open = this.open.get(shard);
    if (open !== undefined) this.open.set(shard, { ...open, admittedBytes });
  }

  /** Admitted bytes of archives that have not ended. */
  get inFlightBytes(): number {
    let inFlight = 0;
    for (const { admittedBytes, report } of this.open.values()) {
      // What an earlier workflow of the shard has verified was not admitted for this one.
      const ended = report === null ? 0 : endedBytes(report) - (Number(report.bytes.total) - report.neededBytes);
      inFlight += Math.max(0, admittedBytes - ended);
    }
    return inFlight;
  }

  get verifiedBytes(): bigint {
    let verified = this.closed.size('verified');
    for (const { report } of this.open.values()) verified += BigInt(report?.bytes.verified ?? 0);
    return verified;
  }

  /** Bytes that are ready at Glacier and not downloaded yet. */
  get backlogBytes(): bigint {
    let backlog = 0n;
    for (const { report } of this.open.values()) {
      if (report !== null) backlog += BigInt(report.bytes.ready) + BigInt(report.bytes.moving);
    }
    return backlog;
  }

  /**
   * Retries failed archives: in open shards by a signal with the number returned, in closed ones by a new workflow of the
   * shard. If there are such shards, call `resumeFrom` next: closed shards are counted anew.
   */
  retry(): number {
    this.retries += 1;
    if (this.hasUnfinished) {
      this.closed = TallyBook.from(emptyTally());
      this.failures = {};
      this.unfinished.clear();
    }
    return this.retries;
  }

  /** Takes the state of all shards but the open ones from the run's folder. */
  resumeFrom({ closed, reopened: again, nextShard }: ResumedRun): void {
    this.nextShard = nextShard;
    this.closed.plus(closed);
    this.reopened = again.filter((shard) => !this.open.has(shard));
  }

  /** Some closed shard has archives that are not verified. */
  get hasUnfinished(): boolean {
    return this.unfinished.size > 0;
  }

  /** Shards released for the first time so far. */
  get releasedShards(): number {
    return this.nextShard;
  }

  /**
   * Takes a shard's counters. Repeated, late and unknown reports are ignored.
   * @returns bytes to charge: requested beyond its admission or, if negative, admitted and not needed
   */
  handleReport(report: ShardReport): number {
    const last = this.open.get(report.shard);
    if (last === undefined || (last.report !== null && report.sequence <= last.report.sequence)) return 0;
    const admittedBytes = Math.max(report.requestedBytes, Math.min(last.admittedBytes, report.neededBytes));
    this.open.set(report.shard, { ...last, report, admittedBytes });
    if (report.final) this.close(report);
    return admittedBytes - last.admittedBytes;
  }

  /** Closes a shard whose final report was not received. */
  reconcile(report: ShardReport): void {
    if (this.open.has(report.shard)) this.close(report);
  }

  /** Counters of all shards; archives of shards that have not reported are waiting. */
  tally(): TallyBook {
    const tally = TallyBook.from(this.closed.toWire());
    for (const { report } of this.open.values()) if (report !== null) tally.plus(report);
    const known = tally.toWire();
    const { total, excluded } = this.prepared;
    tally.add('waiting', BigInt(total.bytes) - BigInt(known.bytes.total), total.archives - known.archives.total);
    tally.add('excluded', BigInt(excluded.bytes), excluded.archives);
    return tally;
  }

  /** Failed archives by reason. */
  allFailures(): Record<string, number> {
    const all = { ...this.failures };
    for (const { report } of this.open.values()) add(all, report?.failures ?? {});
    return all;
  }

  /** Of the slowest open shard. */
  throttle(): Throttle | null {
    const rates = [...this.open.values()].flatMap(({ report }) => report?.throttle?.requestsPerSecond ?? []);
    return rates.length === 0 ? null : { requestsPerSecond: Math.min(...rates) };
  }

  /** The run is cancelled: what no shard accounts for is skipped. */
  skipRest(): void {
    const tally = this.tally();
    const left = tally.count('waiting');
    if (this.open.size === 0 && left > 0) this.closed.add('skipped', tally.size('waiting'), left);
  }

  carry(): ShardTrackerCarry {
    return {
      nextShard: this.nextShard,
      reopened: this.reopened,
      open: [...this.open.values()],
      closed: this.closed.toWire(),
      failures: this.failures,
      unfinished: [...this.unfinished],
      retries: this.retries,
    };
  }

  private close(report: ShardReport): void {
    this.open.delete(report.shard);
    if (report.retries < this.retries && report.archives.failed > 0) {
      // It closed before it received the retry.
      this.reopened.push(report.shard);
      return;
    }
    this.closed.plus(report);
    add(this.failures, report.failures);
    const { archives } = report;
    if (archives.verified < archives.total) this.unfinished.add(report.shard);
    else this.unfinished.delete(report.shard);
  }
}

const endedBytes = ({ bytes }: ShardReport): number =>
  Number(bytes.verified) + Number(bytes.failed) + Number(bytes.skipped);

function add(all: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [reason, count] of Object.entries(more)) all[reason] = (all[reason] ?? 0) + count;
}
