import { Failure } from '../../src/failures';
import type { Problem } from '../../src/wire/progress';
import type { PauseGate } from '../../src/wire/signals';

/** State of the run's pause on continue-as-new. */
export interface RunPauseCarry {
  readonly paused: boolean;
  readonly problems: readonly (readonly [number, Problem])[];
  readonly sent: SentState;
  readonly sequence: number;
  readonly probes: number;
  readonly probeAtMs: number | null;
  readonly acknowledged: Acknowledged;
}

/** The gate last sent to the shards; unknown if one of them has closed its own gate. */
type SentState = 'open' | 'paused' | 'unknown';

/** Failures acknowledged by a resume: they do not trip the circuit breaker again. */
interface Acknowledged {
  readonly settled: number;
  readonly failures: Readonly<Record<string, number>>;
}

/** Sources of problems other than shards. */
const ROOT = -1;
const BREAKER = -2;

export const FIRST_PROBE_MS = 60_000;
const LAST_PROBE_MS = 30 * 60_000;
/** The circuit breaker trips when more than half of at least this many archives have failed for one reason. */
const BREAKER_ARCHIVES = 1_000;

/** A gate to send, and the open shards to send it to. */
export interface DueGate {
  readonly gate: PauseGate;
  readonly shards: readonly number[];
}

/**
 * Whether a run may proceed: it may be paused, or have a problem that someone has to fix. Then all shards are paused. With
 * a problem, the shard that reported it first retries from time to time; when it succeeds, all resume.
 */
export class RunPause {
  private paused: boolean;
  private readonly problems: Map<number, Problem>;
  private sent: SentState;
  private sequence: number;
  private probes: number;
  private probeAtMs: number;
  private acknowledged: Acknowledged;

  /** @param firstProbeMs delay of the first retry; it doubles each time */
  constructor(
    carry: RunPauseCarry | null,
    private readonly firstProbeMs = FIRST_PROBE_MS,
  ) {
    this.paused = carry?.paused ?? false;
    this.problems = new Map(carry?.problems);
    this.sent = carry?.sent ?? 'open';
    this.sequence = carry?.sequence ?? 0;
    this.probes = carry?.probes ?? 0;
    this.probeAtMs = carry?.probeAtMs ?? Infinity;
    this.acknowledged = carry?.acknowledged ?? { settled: 0, failures: {} };
  }

  get isOpen(): boolean {
    return !this.paused && this.problems.size === 0;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** The problem to fix, or to decide on; the first of several. */
  get problem(): Problem | null {
    return this.problems.values().next().value ?? null;
  }

  pause(): void {
    this.paused = true;
  }

  /** Resumes at once in spite of any problem: one that is not fixed will be reported again. */
  resume(settled: number, failures: Readonly<Record<string, number>>): void {
    this.paused = false;
    if (this.problems.has(BREAKER)) this.acknowledged = { settled, failures: { ...failures } };
    this.clear();
  }

  /** A shard has a problem, or (null) has recovered: then probably the others have too, and if not, they report it. */
  handleProblem(shard: number, problem: Problem | null, nowMs: number): void {
    if (problem === null) {
      if (!this.problems.has(shard)) return;
      const broken = this.problems.get(BREAKER);
      this.clear();
      if (broken !== undefined) this.problems.set(BREAKER, broken);
      return;
    }
    this.problems.set(shard, problem);
    if (this.sent === 'open') this.sent = 'unknown';
    if (this.probeAtMs === Infinity) this.probeAtMs = nowMs + this.probeDelayMs;
  }

  /** The root itself has a problem or (null) retries. */
  setRootProblem(problem: Problem | null): void {
    if (problem === null) this.problems.delete(ROOT);
    else this.problems.set(ROOT, problem);
  }

  /** How long the root waits before it retries; longer each time. */
  takeRootDelayMs(): number {
    const delayMs = this.probeDelayMs;
    this.probes += 1;
    return delayMs;
  }

  /** A closed shard no longer has a problem. */
  forget(shard: number): void {
    this.problems.delete(shard);
    if (![...this.problems.keys()].some((from) => from >= 0)) this.probeAtMs = Infinity;
  }

  /** Trips the circuit breaker when one reason accounts for more than half of many archives. */
  checkFailures(settled: number, failures: Readonly<Record<string, number>>): void {
    const settledSince = settled - this.acknowledged.settled;
    if (settledSince < BREAKER_ARCHIVES || this.problems.has(BREAKER)) return;
    for (const [reason, count] of Object.entries(failures)) {
      const failed = count - (this.acknowledged.failures[reason] ?? 0);
      if (failed * 2 <= settledSince) continue;
      const message =
        `${failed} of ${settledSince} archives failed with ${reason}. Nothing new is started. Check some of them ` +
        '("glacier-transfer list RUN --state failed"), then resume, or cancel.';
      this.problems.set(BREAKER, { reason: Failure.TooManyFailures, message });
    }
  }

  /** A retry restarts the count of failures. */
  resetFailures(): void {
    this.acknowledged = { settled: 0, failures: {} };
    this.problems.delete(BREAKER);
  }

  /** The gate that the shards have is outdated. */
  get isGateDue(): boolean {
    return this.sent !== this.required;
  }

  /** When one shard has to retry; Infinity for none. */
  get nextProbeAtMs(): number {
    return this.paused ? Infinity : this.probeAtMs;
  }

  /** The gate to send now, if any. Its sequence also increases from one root of a run to the next. */
  takeDueGate(openShards: readonly number[], nowMs: number): DueGate | null {
    if (this.isGateDue) {
      this.sent = this.required;
      return { gate: this.next(this.required, nowMs), shards: openShards };
    }
    if (this.paused || nowMs < this.probeAtMs) return null;
    const first = [...this.problems.keys()].find((from) => from >= 0);
    this.probes += 1;
    this.probeAtMs = first === undefined ? Infinity : nowMs + this.probeDelayMs;
    return first === undefined ? null : { gate: this.next('probe', nowMs), shards: [first] };
  }

  /** The current gate, for a shard of an earlier root. */
  currentGate(nowMs: number): PauseGate {
    return this.next(this.required, nowMs);
  }

  private get probeDelayMs(): number {
    return Math.min(this.firstProbeMs * 2 ** this.probes, LAST_PROBE_MS);
  }

  carry(): RunPauseCarry {
    const { paused, problems, sent, sequence, probes, probeAtMs, acknowledged } = this;
    return {
      paused,
      problems: [...problems],
      sent,
      sequence,
      probes,
      probeAtMs: probeAtMs === Infinity ? null : probeAtMs,
      acknowledged,
    };
  }

  private get required(): 'open' | 'paused' {
    return this.isOpen ? 'open' : 'paused';
  }

  private next(state: PauseGate['state'], nowMs: number): PauseGate {
    this.sequence = Math.max(this.sequence + 1, nowMs);
    return { sequence: this.sequence, state };
  }

  private clear(): void {
    this.problems.clear();
    this.probes = 0;
    this.probeAtMs = Infinity;
  }
}
