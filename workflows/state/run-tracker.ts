import { DEFAULT_BYTES_PER_DAY, DEFAULT_REQUESTS_PER_SECOND } from '../../src/domain/rate-limits';
import type { PreparedInventory, ResumedRun } from '../../src/wire/inventory';
import type { Problem, RunProgress, RunState, TransferSummary } from '../../src/wire/progress';
import type { ShardReport } from '../../src/wire/signals';
import type { RateLimits, RunSettings, TransferRequest } from '../../src/wire/request';
import { progressOf, type RunFacts, shownState, summaryOf, tallyOf } from './run-progress';
import { FIRST_PROBE_MS, RunPause, type RunPauseCarry } from './run-pause';
import { RunAdmission, type RunAdmissionCarry } from './admission';
import { ShardTracker, type ShardTrackerCarry } from './shard-tracker';

/** State of a run on continue-as-new. */
export interface RunCarry {
  readonly settings: RunSettings;
  readonly prepared: PreparedInventory;
  readonly startedAtMs: number;
  readonly shards: ShardTrackerCarry;
  readonly admission: RunAdmissionCarry;
  readonly pause: RunPauseCarry;
  readonly retryWanted: boolean;
}

/** Until the request has been checked. */
const DEFAULT_RATE_LIMITS: RateLimits = {
  bytesPerDay: DEFAULT_BYTES_PER_DAY,
  requestsPerSecond: DEFAULT_REQUESTS_PER_SECOND,
};

/** State of a run: its settings, its shards, and whether it may proceed. */
export class RunTracker {
  private state: RunState = 'inventory';
  private detail = 'checking the request';
  private settings: RunSettings | null = null;
  private prepared: PreparedInventory | null = null;
  private shardTracker: ShardTracker | null = null;
  private runAdmission: RunAdmission | null = null;
  private runPause: RunPause;
  private readonly request: Required<Pick<TransferRequest, 'vault' | 'bucket' | 'prefix'>>;
  private readonly startedAtMs: number;
  private finishedAtMs: number | null = null;
  private retryRequested: boolean;
  /** Rate limits that were set before there were shards. */
  private requestedRateLimits: RateLimits | null = null;

  constructor(
    private readonly run: string,
    request: Partial<TransferRequest> | null | undefined,
    nowMs: number,
    carry: RunCarry | null,
  ) {
    // Not validated yet: may be anything.
    this.request = { vault: request?.vault ?? '', bucket: request?.bucket ?? '', prefix: request?.prefix ?? '' };
    this.startedAtMs = carry?.startedAtMs ?? nowMs;
    this.retryRequested = carry?.retryWanted ?? false;
    this.runPause = new RunPause(null);
    if (carry === null) return;
    this.accepted(carry.settings, carry.pause);
    this.transfer(carry.prepared, carry);
  }

  // Lifecycle

  accepted(settings: RunSettings, gate: RunPauseCarry | null = null): void {
    this.settings = settings;
    // Runs that poll Glacier often, as in tests, also retry soon.
    const firstProbeMs = Math.min(FIRST_PROBE_MS, settings.pollSeconds * 1_000);
    this.runPause = new RunPause(gate ?? this.runPause.carry(), firstProbeMs);
  }

  setDetail(detail: string): void {
    this.detail = detail;
  }

  transfer(prepared: PreparedInventory, carry: Pick<RunCarry, 'shards' | 'admission'> | null = null): void {
    this.prepared = prepared;
    this.shardTracker = new ShardTracker(prepared, carry?.shards ?? null);
    this.runAdmission = new RunAdmission(
      this.rateLimits,
      this.shardTracker,
      this.startedAtMs,
      carry?.admission ?? null,
    );
    this.state = 'transferring';
    this.detail = `moving ${counted(prepared.total.archives, 'archive')} in ${counted(prepared.shardCount, 'shard')}`;
  }

  cancelling(): void {
    this.state = 'cancelling';
    this.detail = 'stopping the shards; open uploads are aborted, verified archives are kept';
  }

  end(state: RunState, detail: string, nowMs: number): void {
    if (state === 'cancelled') this.shardTracker?.skipRest();
    this.state = state;
    this.detail = detail;
    this.finishedAtMs = nowMs;
  }

  // Updates

  get gate(): RunPause {
    return this.runPause;
  }

  resume(): void {
    this.runPause.resume(this.settledCount(), this.failures());
  }

  get retryWanted(): boolean {
    return this.retryRequested;
  }

  retry(): void {
    this.retryRequested = true;
  }

  /** Starts the requested retry. Returns its number. */
  startRetry(): number {
    this.retryRequested = false;
    this.runPause.resetFailures();
    return this.shards.retry();
  }

  /** Why a command does not apply now; null if it does. */
  rejection(command: 'pause' | 'resume' | 'cancel' | 'retryFailed' | 'setRateLimits'): string | null {
    const { shownState: state } = this;
    if (this.finishedAtMs !== null) return `the run is over: ${state}`;
    if (state === 'cancelling') return 'the run is being cancelled';
    if (command === 'pause' && this.runPause.isPaused) return 'the run is already paused';
    if (command === 'resume' && this.runPause.isOpen)
      return 'the run is neither paused nor waiting for a problem to be fixed';
    if (command === 'retryFailed' && Object.keys(this.failures()).length === 0)
      return 'no archive of the run has failed';
    return null;
  }

  // Shards

  get hasShards(): boolean {
    return this.shardTracker !== null;
  }

  /** @throws TypeError before the inventory is prepared */
  get shards(): ShardTracker {
    if (this.shardTracker === null) throw new TypeError('there are no shards yet');
    return this.shardTracker;
  }

  get shardCount(): number {
    return this.prepared?.shardCount ?? 0;
  }

  /** Every shard has been released and is closed, and no retry is requested. */
  get settled(): boolean {
    return this.shards.settled && !this.retryRequested;
  }

  /** @throws TypeError before the inventory is prepared */
  get admission(): RunAdmission {
    if (this.runAdmission === null) throw new TypeError('there are no shards yet');
    return this.runAdmission;
  }

  /** When more archives may be admitted; Infinity while something else has to happen first. */
  get nextAdmissionAtMs(): number {
    return this.runPause.isOpen ? (this.runAdmission?.nextAtMs ?? Infinity) : Infinity;
  }

  setRateLimits(rateLimits: Partial<RateLimits>, nowMs: number): void {
    this.requestedRateLimits = { ...this.rateLimits, ...rateLimits };
    this.runAdmission?.setRateLimits(rateLimits, nowMs);
  }

  handleReport(report: ShardReport, nowMs: number): void {
    const chargeBytes = this.shardTracker?.handleReport(report) ?? 0;
    this.runAdmission?.handleReport(chargeBytes, nowMs);
    if (report.final) this.runPause.forget(report.shard);
    this.runPause.checkFailures(this.settledCount(), this.failures());
  }

  reconcile(report: ShardReport): void {
    this.shards.reconcile(report);
    this.runPause.forget(report.shard);
  }

  handleProblem(shard: number, problem: Problem | null, nowMs: number): void {
    if (this.shardTracker?.openShards.includes(shard) === true) this.runPause.handleProblem(shard, problem, nowMs);
  }

  resumeFrom(found: ResumedRun): void {
    this.shards.resumeFrom(found);
  }

  carry(): RunCarry | null {
    if (this.settings === null || this.prepared === null) return null;
    return {
      settings: this.settings,
      prepared: this.prepared,
      startedAtMs: this.startedAtMs,
      shards: this.shards.carry(),
      admission: this.admission.carry(),
      pause: this.runPause.carry(),
      retryWanted: this.retryRequested,
    };
  }

  // Progress

  /** The state to show. */
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
    const { run, request, settings, prepared, rateLimits, state, detail, startedAtMs, finishedAtMs } = this;
    return {
      run,
      request,
      settings,
      prepared,
      shards: this.shardTracker,
      admission: this.runAdmission,
      pause: this.runPause,
      rateLimits,
      state,
      detail,
      startedAtMs,
      finishedAtMs,
    };
  }

  /** As requested, or set since. */
  private get rateLimits(): RateLimits {
    return (
      this.runAdmission?.rateLimits ?? this.requestedRateLimits ?? this.settings?.rateLimits ?? DEFAULT_RATE_LIMITS
    );
  }

  private settledCount(): number {
    const tally = tallyOf(this.shardTracker);
    return tally.count('verified') + tally.count('failed');
  }

  private failures(): Record<string, number> {
    return this.shardTracker?.allFailures() ?? {};
  }
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
