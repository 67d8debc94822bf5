import type { Allowance, Brake } from '../../src/wire/progress';
import type { RunPace } from '../../src/wire/request';
import { Admission, type AdmissionCarry } from './admission';
import type { OpenShard, ShardBook } from './shard-tracker';

/** What a root's admission takes along when it continues as new. */
export interface RunAdmissionCarry extends AdmissionCarry {
  readonly sequence: number;
  readonly ratesAreDue: boolean;
}

/** An allowance for an open shard. */
export interface ShardAllowed {
  readonly shard: number;
  readonly allowance: Allowance;
}

/**
 * Lets archives go to Glacier, in order of creation: one shard at a time requests its archives, as many as the admission
 * has room for, and when all of them are requested the next shard is released.
 */
export class RunAdmission {
  private readonly admission: Admission;
  private sequence: number;
  private ratesAreDue: boolean;

  constructor(
    pace: RunPace,
    private readonly book: ShardBook,
    nowMs: number,
    carry: RunAdmissionCarry | null,
  ) {
    this.admission = new Admission(pace, nowMs, carry);
    this.sequence = carry?.sequence ?? 0;
    this.ratesAreDue = carry?.ratesAreDue ?? false;
  }

  get pace(): RunPace {
    return this.admission.pace;
  }

  get admittedBytes(): bigint {
    return this.admission.admittedBytes;
  }

  get lastHourBytes(): number | null {
    return this.admission.lastHourBytes;
  }

  setPace(pace: Partial<RunPace>, nowMs: number): void {
    this.ratesAreDue ||= pace.requestsPerSecond !== undefined;
    this.admission.setPace(pace, nowMs);
  }

  /** A shard has reported: what it has begun is charged, what it does not need is given back. */
  heard(chargeBytes: number, nowMs: number): void {
    if (chargeBytes !== 0) this.admission.charge(chargeBytes, nowMs);
    this.admission.hear(this.book.verifiedBytes, this.book.backlogBytes, nowMs);
  }

  /** When more may be let go; Infinity while something else has to happen before. */
  get nextAtMs(): number {
    const wanted = this.wanted();
    return wanted === null ? Infinity : this.admission.affordableAtMs(wanted.stepBytes);
  }

  /**
   * Lets go what there is room for, at a time that {@link nextAtMs} has given.
   * @returns the allowance of an open shard or (shard null) of the one that is to be released next
   */
  admit(nowMs: number): Pick<ShardAllowed, 'allowance'> & { readonly shard: number | null } {
    const wanted = this.wanted();
    const shard = wanted?.shard ?? null;
    const { stepBytes = 1, roomBytes = 1, neededBytes = Infinity } = wanted ?? {};
    const affordableBytes = Math.max(this.admission.affordableBytes(nowMs), Math.ceil(stepBytes));
    const bytes = Math.floor(Math.max(1, Math.min(affordableBytes, roomBytes, neededBytes)));
    this.admission.charge(bytes, nowMs);
    return { shard: shard?.shard ?? null, allowance: this.allow((shard?.grantedBytes ?? 0) + bytes, nowMs) };
  }

  /** Allowances for all open shards, due when the requests per second have changed. */
  takeRates(nowMs: number): readonly ShardAllowed[] {
    if (!this.ratesAreDue) return [];
    this.ratesAreDue = false;
    return this.book.allOpen.map(({ shard, grantedBytes }) => ({ shard, allowance: this.allow(grantedBytes, nowMs) }));
  }

  get areRatesDue(): boolean {
    return this.ratesAreDue;
  }

  /** What keeps the run from requesting more; null when nothing does, or nothing is left to request. */
  get heldBy(): Brake | null {
    const { requesting } = this.book;
    if (requesting === null && !this.book.hasNext) return null;
    if (requesting?.report === null) return null;
    if (requesting !== null && requesting.report.begunBytes < requesting.grantedBytes) return 'requestsPerSecond';
    return this.wanted() === null ? 'window' : 'bytesPerDay';
  }

  carry(): RunAdmissionCarry {
    return { ...this.admission.carry(), sequence: this.sequence, ratesAreDue: this.ratesAreDue };
  }

  /** The shard (null: the next one) that can use more, and the least that is worth letting go; null when none can. */
  private wanted(): {
    readonly shard: OpenShard | null;
    readonly stepBytes: number;
    readonly roomBytes: number;
    readonly neededBytes: number;
  } | null {
    const { requesting } = this.book;
    if (requesting === null && !this.book.mayRelease) return null;
    if (requesting?.report === null) return null;
    const neededBytes = requesting === null ? Infinity : requesting.report.neededBytes - requesting.grantedBytes;
    if (neededBytes <= 0) return null;
    const { verifiedBytes, inFlightBytes } = this.book;
    // A shard is released with whatever there is: that costs no signal.
    const leastBytes = requesting === null ? 1 : this.admission.stepBytes(verifiedBytes);
    const stepBytes = Math.min(leastBytes, neededBytes);
    const roomBytes = this.admission.windowBytes(verifiedBytes) - inFlightBytes;
    return roomBytes < stepBytes ? null : { shard: requesting, stepBytes, roomBytes, neededBytes };
  }

  /** The sequence also rises from one root of a run to the next. */
  private allow(bytes: number, nowMs: number): Allowance {
    this.sequence = Math.max(this.sequence + 1, nowMs);
    return { sequence: this.sequence, bytes, requestsPerSecond: this.pace.requestsPerSecond };
  }
}
