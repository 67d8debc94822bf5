import type { Failure } from '../failures';
import type { Problem, Tally, Throttle } from './progress';
import type { Outcome } from './receipt';

/** Root to shard: how many bytes of the shard may be requested, and how fast. */
export interface Admission {
  /** Increases with each admission; an older one is ignored. */
  readonly sequence: number;
  /** Total bytes of the shard's archives that may be requested, a safe number. The archive that exceeds it is included. */
  readonly admittedBytes: number;
  readonly requestsPerSecond: number;
}

/** Root to shard, and shard to archive. */
export interface PauseGate {
  /** Increases with each message of the sender; an older one is ignored. */
  readonly sequence: number;
  /**
   * `open`: start or resume. `paused`: start nothing, and interrupt transfers. `probe`: only the source that reported
   * its problem first retries.
   */
  readonly state: 'open' | 'paused' | 'probe';
}

/** Shard to root, and archive to shard: it is blocked by a problem or (null) has recovered. */
export interface ProblemReport {
  /** Number of the shard, or index of the archive. */
  readonly from: number;
  readonly problem: Problem | null;
}

/** Shard to root: all of its counters, so that a repeated or reordered report does no harm. */
export interface ShardReport extends Tally {
  readonly shard: number;
  /** Increases with each report; an older one is ignored. */
  readonly sequence: number;
  readonly final: boolean;
  readonly failures: Readonly<Record<string, number>>;
  readonly throttle: Throttle | null;
  /** Number of the last retry of failed archives that the shard has started. */
  readonly retries: number;
  /** Bytes of the archives that this workflow of the shard has to request; a safe number. */
  readonly neededBytes: number;
  /** Bytes of those that it has started to request; a safe number. */
  readonly requestedBytes: number;
}

/** A closed shard workflow; without a report if it was terminated or timed out. */
export interface ClosedShard {
  readonly shard: number;
  readonly report: ShardReport | null;
}

/** Archive to shard. */
export interface ArchiveReport {
  readonly index: number;
  readonly state: 'waiting' | 'requested' | 'moving';
  /** Left out if nothing was requested. */
  readonly throttle?: Throttle | null;
}

/** Result of an archive workflow. */
export interface ArchiveOutcome {
  readonly outcome: Outcome;
  readonly reason: Failure | null;
}
