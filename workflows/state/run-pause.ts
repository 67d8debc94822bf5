import { Failure } from '../../src/failures';
import type { Problem } from '../../src/wire/progress';
import type { PauseGate } from '../../src/wire/signals';

/** What the gate of a run takes along when the root continues as new. */
export interface RunPauseCarry {
  readonly paused: boolean;
  readonly problems: readonly (readonly [number, Problem])[];
  readonly sent: SentState;
  readonly sequence: number;
  readonly probes: number;
  readonly probeAtMs: number | null;
  readonly acknowledged: Acknowledged;
}

/** What the shards have been told last; unknown where one of them has closed its gate by itself. */
type SentState = 'open' | 'paused' | 'unknown';

/** Failures that a person has looked at and gone on from: they break the circuit no second time. */
interface Acknowledged {
  readonly settled: number;
  readonly failures: Readonly<Record<string, number>>;
}

/** Sources of problems that are no shard. */
const ROOT = -1;
const BREAKER = -2;

export const FIRST_PROBE_MS = 60_000;
const LAST_PROBE_MS = 30 * 60_000;
/** The circuit breaks when more than half of at least so many archives have failed for one reason. */
const BREAKER_ARCHIVES = 1_000;

/** An order to send, and to which of the open shards. */
export interface DueGate {
  readonly gate: PauseGate;
  readonly shards: readonly number[];
}

/**
 * Whether a run may go on: a person may have paused it, or it has met what only a person can mend. Then all shards are
 * held, and the one that met it first tries again from time to time; when that ends well, all go on.
 */
export class RunPause {
  private paused: boolean;
  private readonly problems: Map<number, Problem>;
  private sent: SentState;
  private sequence: number;
  private probes: number;
  private probeAtMs: number;
  private acknowledged: Acknowledged;

  /** @param firstProbeMs how soon it is tried again for the first time; then half as often each time */
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

  /** What a person has to mend, or to decide; the first of several. */
  get problem(): Problem | null {
    return this.problems.values().next().value ?? null;
  }

  pause(): void {
    this.paused = true;
  }

  /** Goes on at once, whatever stood in the way: what is not mended will show again. */
  resume(settled: number, failures: Readonly<Record<string, number>>): void {
    this.paused = false;
    if (this.problems.has(BREAKER)) this.acknowledged = { settled, failures: { ...failures } };
    this.clear();
  }

  /** A shard is in trouble, or (null) well again: then so are probably the others, and those that are not say so. */
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

  /** The root itself is in trouble, or tries again. */
  setRootProblem(problem: Problem | null): void {
    if (problem === null) this.problems.delete(ROOT);
    else this.problems.set(ROOT, problem);
  }

  /** How long the root waits before it tries again; longer each time. */
  takeRootDelayMs(): number {
    const delayMs = this.probeDelayMs;
    this.probes += 1;
    return delayMs;
  }

  /** A shard that is closed is in trouble no more. */
  forget(shard: number): void {
    this.problems.delete(shard);
    if (![...this.problems.keys()].some((from) => from >= 0)) this.probeAtMs = Infinity;
  }

  /** Breaks the circuit when one reason accounts for more than half of many archives. */
  checkFailures(settled: number, failures: Readonly<Record<string, number>>): void {
    const since = settled - this.acknowledged.settled;
    if (since < BREAKER_ARCHIVES || this.problems.has(BREAKER)) return;
    for (const [reason, count] of Object.entries(failures)) {
      const failed = count - (this.acknowledged.failures[reason] ?? 0);
      if (failed * 2 <= since) continue;
      const message =
        `${failed} of ${since} archives failed with ${reason}. Nothing more is begun. Look at some of them ` +
        '("glacier-transfer list RUN --state failed"), then resume, or cancel.';
      this.problems.set(BREAKER, { reason: Failure.TooManyFailures, message });
    }
  }

  /** A retry begins the count of failures anew. */
  resetFailures(): void {
    this.acknowledged = { settled: 0, failures: {} };
    this.problems.delete(BREAKER);
  }

  /** The shards have to be told something else than they know. */
  get isGateDue(): boolean {
    return this.sent !== this.wanted;
  }

  /** When one shard is to try again; Infinity for none. */
  get nextProbeAtMs(): number {
    return this.paused ? Infinity : this.probeAtMs;
  }

  /** The order that is due, if any. Its sequence also rises from one root of a run to the next. */
  takeDueGate(openShards: readonly number[], nowMs: number): DueGate | null {
    if (this.isGateDue) {
      this.sent = this.wanted;
      return { gate: this.next(this.wanted, nowMs), shards: openShards };
    }
    if (this.paused || nowMs < this.probeAtMs) return null;
    const first = [...this.problems.keys()].find((from) => from >= 0);
    this.probes += 1;
    this.probeAtMs = first === undefined ? Infinity : nowMs + this.probeDelayMs;
    return first === undefined ? null : { gate: this.next('probe', nowMs), shards: [first] };
  }

  /** For a shard that was open before this root: what was ordered last. */
  currentGate(nowMs: number): PauseGate {
    return this.next(this.wanted, nowMs);
  }

  private get probeDelayMs(): number {
    return Math.min(this.firstProbeMs * 2 ** this.probes, LAST_PROBE_MS);
  }

  carry(): RunPauseCarry {
    const { paused, problems, sent: ordered, sequence, probes, probeAtMs, acknowledged: forgiven } = this;
    return {
      paused,
      problems: [...problems],
      sent: ordered,
      sequence,
      probes,
      probeAtMs: probeAtMs === Infinity ? null : probeAtMs,
      acknowledged: forgiven,
    };
  }

  private get wanted(): 'open' | 'paused' {
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
