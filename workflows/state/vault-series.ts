import { DEFAULT_BYTES_PER_DAY, DEFAULT_REQUESTS_PER_SECOND } from '../../src/domain/rate-limits';
import { TallyBook } from '../../src/domain/tally';
import type { Failure } from '../../src/failures';
import type { RunState, TransferSummary } from '../../src/wire/progress';
import type { RateLimits } from '../../src/wire/request';
import type {
  SeriesProgress,
  SeriesRequest,
  SeriesSettings,
  SeriesSummary,
  SeriesVault,
  SeriesVaultProgress,
} from '../../src/wire/series';

/** More would only wait for each other, and each end of a run signals all open runs. */
export const MAX_PARALLEL_RUNS = 50;

/** Outcome of a run that returned no summary. */
export interface RunEnd {
  readonly state: 'cancelled' | 'failed';
  readonly reason: Failure;
  readonly message: string;
}

/** State of a series: its vaults, their progress, and the rate limits. */
export class SeriesTracker {
  private settings: Omit<SeriesSettings, 'searchAttributes'> = {
    order: 'sequential',
    rateLimits: { bytesPerDay: DEFAULT_BYTES_PER_DAY, requestsPerSecond: DEFAULT_REQUESTS_PER_SECOND },
  };
  private vaults: SeriesVaultProgress[] = [];
  private requests: readonly SeriesVault[] = [];
  private started = 0;
  private starting = 0;
  private paused = false;
  private sentShare: RateLimits | null = null;
  private ending: { readonly state: RunState; readonly detail: string } | null = null;
  private finishedAtMs: number | null = null;

  constructor(
    private readonly name: string,
    private readonly startedAtMs: number,
  ) {}

  accepted({ vaults }: SeriesRequest, { order, rateLimits }: SeriesSettings): void {
    this.settings = { order, rateLimits };
    this.requests = vaults;
    this.vaults = vaults.map(({ run, request: { vault } }) => ({
      vault,
      run,
      state: 'waiting',
      reason: null,
      message: null,
      tally: null,
      quarantinedRows: 0,
    }));
    this.sentShare = this.share;
  }

  // Vaults

  /** Number of runs open in parallel. */
  get parallelRuns(): number {
    const most = this.settings.order === 'parallel' ? MAX_PARALLEL_RUNS : 1;
    return Math.min(most, this.vaults.length);
  }

  /** The next vault, with its share of the rate limits in its request; null once every vault has started. */
  takeNext(): SeriesVault | null {
    const next = this.requests[this.started];
    if (next === undefined) return null;
    this.started += 1;
    this.starting += 1;
    this.set(next.run, { state: 'running' });
    return { run: next.run, request: { ...next.request, ...this.share } };
  }

  /** The run is started, or could not be: from now on it receives what is sent to all. */
  hasStarted(): void {
    this.starting -= 1;
  }

  /** A run is being started: it would not receive what is sent to all. */
  get isStarting(): boolean {
    return this.starting > 0;
  }

  ended(run: string, end: TransferSummary | RunEnd): void {
    if ('reason' in end) return this.set(run, end);
    const { state, archives, bytes, quarantinedRows } = end;
    this.set(run, {
      state: state === 'completed' ? state : 'completed-with-failures',
      tally: { archives, bytes },
      quarantinedRows,
    });
  }

  get openRuns(): readonly string[] {
    return this.vaults.filter(({ state }) => state === 'running').map(({ run }) => run);
  }

  get settled(): boolean {
    return this.open === 0;
  }

  // Rate limits

  setRateLimits(rateLimits: Partial<RateLimits>): void {
    this.settings = { ...this.settings, rateLimits: { ...this.settings.rateLimits, ...rateLimits } };
  }

  /** The open runs have another share of the rate limits than they should. */
  get isShareDue(): boolean {
    const [sent, share] = [this.sentShare, this.share];
    return (
      !this.settled &&
      sent !== null &&
      (sent.bytesPerDay !== share.bytesPerDay || sent.requestsPerSecond !== share.requestsPerSecond)
    );
  }

  /** The share to send to each open run. */
  takeShare(): RateLimits {
    this.sentShare = this.share;
    return this.share;
  }

  /** Equal shares for all open runs and those about to start. */
  private get share(): RateLimits {
    const { bytesPerDay, requestsPerSecond } = this.settings.rateLimits;
    const among = Math.max(1, Math.min(this.parallelRuns, this.open));
    const bytes = BigInt(bytesPerDay) / BigInt(among);
    return { bytesPerDay: String(bytes > 0n ? bytes : 1n), requestsPerSecond: requestsPerSecond / among };
  }

  // Updates

  get isPaused(): boolean {
    return this.paused;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  /** Why an update does not apply now; null if it does. */
  rejection(): string | null {
    if (this.finishedAtMs !== null) return `the series is over: ${this.state}`;
    return this.ending === null ? null : 'the series is being cancelled';
  }

  cancelling(): void {
    this.ending = { state: 'cancelling', detail: 'cancelling the runs; verified archives are kept' };
  }

  // The end

  /** Every vault has ended. */
  finish(nowMs: number): void {
    const moved = this.vaults.every(({ state }) => state === 'completed');
    const detail = moved ? 'every vault is moved' : 'some vaults were not moved completely; see their runs';
    this.end(moved ? 'completed' : 'completed-with-failures', detail, nowMs);
  }

  cancelled(nowMs: number): void {
    for (const { run, state } of this.vaults) {
      if (state === 'waiting') this.set(run, { state: 'cancelled', message: 'cancelled before it was started' });
    }
    this.end('cancelled', 'cancelled; verified archives are kept, the rest is still in the vaults', nowMs);
  }

  fail(message: string, nowMs: number): void {
    this.end('failed', message, nowMs);
  }

  // Answers

  get state(): RunState {
    return this.ending?.state ?? (this.paused ? 'paused' : 'transferring');
  }

  progress(): SeriesProgress {
    return {
      name: this.name,
      order: this.settings.order,
      rateLimits: this.settings.rateLimits,
      state: this.state,
      detail: this.ending?.detail ?? this.nowDetail,
      startedAt: iso(this.startedAtMs),
      finishedAt: this.finishedAtMs === null ? null : iso(this.finishedAtMs),
      vaults: this.vaults,
    };
  }

  summary(): SeriesSummary {
    const sum = new TallyBook();
    for (const { tally } of this.vaults) if (tally !== null) sum.plus(tally);
    return { ...this.progress(), ...sum.toWire() };
  }

  private get nowDetail(): string {
    if (this.vaults.length === 0) return 'checking the request';
    const ended = this.vaults.length - this.open;
    return `${ended} of ${this.vaults.length} vaults done, ${this.openRuns.length} in progress`;
  }

  private get open(): number {
    return this.vaults.filter(({ state }) => state === 'waiting' || state === 'running').length;
  }

  private end(state: RunState, detail: string, nowMs: number): void {
    this.ending = { state, detail };
    this.finishedAtMs = nowMs;
  }

  private set(run: string, change: Partial<SeriesVaultProgress>): void {
    this.vaults = this.vaults.map((vault) => (vault.run === run ? { ...vault, ...change } : vault));
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
