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

/** More would wait for each other only, and each end of a run is told to all that go on. */
export const MAX_PARALLEL_RUNS = 50;

/** How a run ended that gave no summary. */
export interface RunEnd {
  readonly state: 'cancelled' | 'failed';
  readonly reason: Failure;
  readonly message: string;
}

/** What a series knows: its vaults, how far they are, and how fast they may go. */
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

  /** How many runs may go on at once. */
  get parallelRuns(): number {
    const most = this.settings.order === 'parallel' ? MAX_PARALLEL_RUNS : 1;
    return Math.min(most, this.vaults.length);
  }

  /** The next vault, with its share of the rateLimits in its request; null when every vault has begun. */
  takeNext(): SeriesVault | null {
    const next = this.requests[this.started];
    if (next === undefined) return null;
    this.started += 1;
    this.starting += 1;
    this.set(next.run, { state: 'running' });
    return { run: next.run, request: { ...next.request, ...this.share } };
  }

  /** The run is there, or could not be begun: from now on it hears what is said to all. */
  hasStarted(): void {
    this.starting -= 1;
  }

  /** A run is being begun at this moment: it would not hear what is said to all. */
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

  // Pace

  setRateLimits(rateLimits: Partial<RateLimits>): void {
    this.settings = { ...this.settings, rateLimits: { ...this.settings.rateLimits, ...rateLimits } };
  }

  /** The open runs go at another share of the rateLimits than they should. */
  get isShareDue(): boolean {
    const [told, wanted] = [this.sentShare, this.share];
    return (
      !this.settled &&
      told !== null &&
      (told.bytesPerDay !== wanted.bytesPerDay || told.requestsPerSecond !== wanted.requestsPerSecond)
    );
  }

  /** What each open run is to be told. */
  takeShare(): RateLimits {
    this.sentShare = this.share;
    return this.share;
  }

  /** Equal parts for all that go on, or are about to. */
  private get share(): RateLimits {
    const { bytesPerDay, requestsPerSecond } = this.settings.rateLimits;
    const among = Math.max(1, Math.min(this.parallelRuns, this.open));
    const bytes = BigInt(bytesPerDay) / BigInt(among);
    return { bytesPerDay: String(bytes > 0n ? bytes : 1n), requestsPerSecond: requestsPerSecond / among };
  }

  // Orders of people

  get isPaused(): boolean {
    return this.paused;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  /** Why an order makes no sense now; null when it does. */
  rejection(): string | null {
    if (this.finishedAtMs !== null) return `the series is over: ${this.state}`;
    return this.ending === null ? null : 'the series is being cancelled';
  }

  cancelling(): void {
    this.ending = { state: 'cancelling', detail: 'cancelling the runs; what is verified stays' };
  }

  // The end

  /** Every vault has come to its end. */
  finish(nowMs: number): void {
    const moved = this.vaults.every(({ state }) => state === 'completed');
    const detail = moved ? 'every vault is moved' : 'some vaults were not moved as a whole; their runs say why';
    this.end(moved ? 'completed' : 'completed-with-failures', detail, nowMs);
  }

  cancelled(nowMs: number): void {
    for (const { run, state } of this.vaults) {
      if (state === 'waiting') this.set(run, { state: 'cancelled', message: 'cancelled before it had begun' });
    }
    this.end('cancelled', 'cancelled; what is verified stays, the rest is still in the vaults', nowMs);
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
    return `${ended} of ${this.vaults.length} vaults done, ${this.openRuns.length} under way`;
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
