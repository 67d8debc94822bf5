import { DEFAULT_BYTES_PER_DAY, DEFAULT_REQUESTS_PER_SECOND } from '../../src/domain/rate-limits';
import type { PreparedInventory, ResumedRun } from '../../src/wire/inventory';
import type { Problem, RunProgress, RunState, ShardReport, TransferSummary } from '../../src/wire/progress';
import type { RateLimits, RunSettings, TransferRequest } from '../../src/wire/request';
import { progressOf, type RunFacts, shownState, summaryOf, tallyOf } from './run-progress';
import { FIRST_PROBE_MS, RunPause, type RunPauseCarry } from './run-pause';
import { RunAdmission, type RunAdmissionCarry } from './admission';
import { ShardTracker, type ShardTrackerCarry } from './shard-tracker';

/** What a run takes along when it continues as new. */
export interface RunCarry {
  readonly settings: RunSettings;
  readonly prepared: PreparedInventory;
  readonly startedAtMs: number;
  readonly shards: ShardTrackerCarry;
  readonly admission: RunAdmissionCarry;
  readonly gate: RunPauseCarry;
  readonly retryWanted: boolean;
}

/** Until the request has been checked. */
const DEFAULT_PACE: RateLimits = {
  bytesPerDay: DEFAULT_BYTES_PER_DAY,
  requestsPerSecond: DEFAULT_REQUESTS_PER_SECOND,
};

/** What the root knows: its settings, its state, its shards and whether it may go on. */
export class RunTracker {
  private state: RunState = 'inventory';
  private detail = 'checking the request';
  private settings: RunSettings | null = null;
  private prepared: PreparedInventory | null = null;
  private book: ShardTracker | null = null;
  private letting: RunAdmission | null = null;
  private runGate: RunPause;
  private readonly request: Required<Pick<TransferRequest, 'vault' | 'bucket' | 'prefix'>>;
  private readonly startedAtMs: number;
  private finishedAtMs: number | null = null;
  private retryAsked: boolean;
  /** A rateLimits that was set before there were shards. */
  private asked: RateLimits | null = null;

  constructor(
    private readonly run: string,
    request: Partial<TransferRequest> | null | undefined,
    nowMs: number,
    carry: RunCarry | null,
  ) {
    // Not checked yet: anything may have been sent.
    this.request = { vault: request?.vault ?? '', bucket: request?.bucket ?? '', prefix: request?.prefix ?? '' };
    this.startedAtMs = carry?.startedAtMs ?? nowMs;
    this.retryAsked = carry?.retryWanted ?? false;
    this.runGate = new RunPause(null);
    if (carry === null) return;
    this.accepted(carry.settings, carry.gate);
    this.transfer(carry.prepared, carry);
  }

  // Life of the run

  accepted(settings: RunSettings, gate: RunPauseCarry | null = null): void {
    this.settings = settings;
    // Runs that ask Glacier often, as tests do, also try again soon.
    const firstProbeMs = Math.min(FIRST_PROBE_MS, settings.pollSeconds * 1_000);
    this.runGate = new RunPause(gate ?? this.runGate.carry(), firstProbeMs);
  }

  says(detail: string): void {
    this.detail = detail;
  }

  transfer(prepared: PreparedInventory, carry: Pick<RunCarry, 'shards' | 'admission'> | null = null): void {
    this.prepared = prepared;
    this.book = new ShardTracker(prepared, carry?.shards ?? null);
    this.letting = new RunAdmission(this.rateLimits, this.book, this.startedAtMs, carry?.admission ?? null);
    this.state = 'transferring';
    this.detail = `moving ${counted(prepared.total.archives, 'archive')} in ${counted(prepared.shardCount, 'shard')}`;
  }

  cancelling(): void {
    this.state = 'cancelling';
    this.detail = 'stopping the shards; open uploads are dropped, what is verified stays';
  }

  /** The last word. */
  end(state: RunState, detail: string, nowMs: number): void {
    if (state === 'cancelled') this.book?.skipRest();
    this.state = state;
    this.detail = detail;
    this.finishedAtMs = nowMs;
  }

  // Orders of people

  get gate(): RunPause {
    return this.runGate;
  }

  resume(): void {
    this.runGate.resume(this.settledCount(), this.failures());
  }

  get retryWanted(): boolean {
    return this.retryAsked;
  }

  retry(): void {
    this.retryAsked = true;
  }

  /** The retry is on its way. Returns its number. */
  retried(): number {
    this.retryAsked = false;
    this.runGate.forgive();
    return this.shards.retry();
  }

  /** Why an order makes no sense now; null when it does. */
  refusal(order: 'pause' | 'resume' | 'cancel' | 'retryFailed' | 'setRateLimits'): string | null {
    const { shownState: state } = this;
    if (this.finishedAtMs !== null) return `the run is over: ${state}`;
    if (state === 'cancelling') return 'the run is being cancelled';
    if (order === 'pause' && this.runGate.isPaused) return 'the run is paused already';
    if (order === 'resume' && this.runGate.isOpen) return 'the run is not paused, and waits for nothing to be mended';
    if (order === 'retryFailed' && Object.keys(this.failures()).length === 0) return 'no archive of the run has failed';
    return null;
  }

  // Shards

  get hasShards(): boolean {
    return this.book !== null;
  }

  /** @throws TypeError before the inventory is prepared */
  get shards(): ShardTracker {
    if (this.book === null) throw new TypeError('there are no shards yet');
    return this.book;
  }

  get shardCount(): number {
    return this.prepared?.shardCount ?? 0;
  }

  /** Every shard has been released and is closed, and nobody wants to retry. */
  get settled(): boolean {
    return this.shards.settled && !this.retryAsked;
  }

  /** @throws TypeError before the inventory is prepared */
  get admission(): RunAdmission {
    if (this.letting === null) throw new TypeError('there are no shards yet');
    return this.letting;
  }

  /** When more archives may be let go to Glacier; Infinity while something else has to happen before. */
  get nextAdmissionAtMs(): number {
    return this.runGate.isOpen ? (this.letting?.nextAtMs ?? Infinity) : Infinity;
  }

  setRateLimits(rateLimits: Partial<RateLimits>, nowMs: number): void {
    this.asked = { ...this.rateLimits, ...rateLimits };
    this.letting?.setRateLimits(rateLimits, nowMs);
  }

  hear(report: ShardReport, nowMs: number): void {
    const chargeBytes = this.book?.hear(report) ?? 0;
    this.letting?.heard(chargeBytes, nowMs);
    if (report.final) this.runGate.forget(report.shard);
    this.runGate.count(this.settledCount(), this.failures());
  }

  reconcile(report: ShardReport): void {
    this.shards.reconcile(report);
    this.runGate.forget(report.shard);
  }

  hearTrouble(shard: number, problem: Problem | null, nowMs: number): void {
    if (this.book?.openShards.includes(shard) === true) this.runGate.hear(shard, problem, nowMs);
  }

  takeUp(found: ResumedRun): void {
    this.shards.takeUp(found);
  }

  carry(): RunCarry | null {
    if (this.settings === null || this.prepared === null) return null;
    return {
      settings: this.settings,
      prepared: this.prepared,
      startedAtMs: this.startedAtMs,
      shards: this.shards.carry(),
      admission: this.admission.carry(),
      gate: this.runGate.carry(),
      retryWanted: this.retryAsked,
    };
  }

  // Answers

  /** The state as people see it. */
  get shownState(): RunState {
    return shownState(this.facts());
  }

  progress(): RunProgress {
    return progressOf(this.facts());
  }

  summary(): TransferSummary {
    return summaryOf(this.facts());
  }

  private facts(): RunFacts {
    const { run, request, settings, prepared, book, letting, runGate, rateLimits, state, detail } = this;
    const { startedAtMs, finishedAtMs } = this;
    return {
      run,
      request,
      settings,
      prepared,
      book,
      admission: letting,
      gate: runGate,
      rateLimits,
      state,
      detail,
      startedAtMs,
      finishedAtMs,
    };
  }

  /** As it was asked for, or set since. */
  private get rateLimits(): RateLimits {
    return this.letting?.rateLimits ?? this.asked ?? this.settings?.rateLimits ?? DEFAULT_PACE;
  }

  private settledCount(): number {
    const tally = tallyOf(this.book);
    return tally.count('verified') + tally.count('failed');
  }

  private failures(): Record<string, number> {
    return this.book?.allFailures() ?? {};
  }
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
