import type { RateLimits } from '../../src/wire/request';
import type { Limit } from '../../src/wire/progress';
import type { Admission } from '../../src/wire/signals';
import type { OpenShard, ShardTracker } from './shard-tracker';

/** What a root's admission takes along when it continues as new. */
export interface RunAdmissionCarry extends TokenBucketCarry {
  readonly sequence: number;
  readonly ratesAreDue: boolean;
}

/** An allowance for an open shard. */
export interface ShardAdmission {
  readonly shard: number;
  readonly admission: Admission;
}

/**
 * Lets archives go to Glacier, in order of creation: one shard at a time requests its archives, as many as the admission
 * has room for, and when all of them are requested the next shard is released.
 */
export class RunAdmission {
  private readonly bucket: TokenBucket;
  private sequence: number;
  private ratesAreDue: boolean;

  constructor(
    rateLimits: RateLimits,
    private readonly shards: ShardTracker,
    nowMs: number,
    carry: RunAdmissionCarry | null,
  ) {
    this.bucket = new TokenBucket(rateLimits, nowMs, carry);
    this.sequence = carry?.sequence ?? 0;
    this.ratesAreDue = carry?.ratesAreDue ?? false;
  }

  get rateLimits(): RateLimits {
    return this.bucket.rateLimits;
  }

  get admittedBytes(): bigint {
    return this.bucket.admittedBytes;
  }

  get lastHourBytes(): number | null {
    return this.bucket.lastHourBytes;
  }

  setRateLimits(rateLimits: Partial<RateLimits>, nowMs: number): void {
    this.ratesAreDue ||= rateLimits.requestsPerSecond !== undefined;
    this.bucket.setRateLimits(rateLimits, nowMs);
  }

  /** A shard has reported: what it has begun is charged, what it does not need is given back. */
  handleReport(chargeBytes: number, nowMs: number): void {
    if (chargeBytes !== 0) this.bucket.charge(chargeBytes, nowMs);
    this.bucket.measure(this.shards.verifiedBytes, this.shards.backlogBytes, nowMs);
  }

  /** When more may be let go; Infinity while something else has to happen before. */
  get nextAtMs(): number {
    const wanted = this.wanted();
    return wanted === null ? Infinity : this.bucket.affordableAtMs(wanted.stepBytes);
  }

  /**
   * Lets go what there is room for, at a time that {@link nextAtMs} has given.
   * @returns the allowance of an open shard or (shard null) of the one that is to be released next
   */
  admit(nowMs: number): Pick<ShardAdmission, 'admission'> & { readonly shard: number | null } {
    const wanted = this.wanted();
    const shard = wanted?.shard ?? null;
    const { stepBytes = 1, roomBytes = 1, neededBytes = Infinity } = wanted ?? {};
    const affordableBytes = Math.max(this.bucket.affordableBytes(nowMs), Math.ceil(stepBytes));
    const bytes = Math.floor(Math.max(1, Math.min(affordableBytes, roomBytes, neededBytes)));
    this.bucket.charge(bytes, nowMs);
    return { shard: shard?.shard ?? null, admission: this.admission((shard?.admittedBytes ?? 0) + bytes, nowMs) };
  }

  /** Allowances for all open shards, due when the requests per second have changed. */
  takeRates(nowMs: number): readonly ShardAdmission[] {
    if (!this.ratesAreDue) return [];
    this.ratesAreDue = false;
    return this.shards.allOpen.map(({ shard, admittedBytes: grantedBytes }) => ({
      shard,
      admission: this.admission(grantedBytes, nowMs),
    }));
  }

  get areRatesDue(): boolean {
    return this.ratesAreDue;
  }

  /** What keeps the run from requesting more; null when nothing does, or nothing is left to request. */
  get limitedBy(): Limit | null {
    const { requesting } = this.shards;
    if (requesting === null && !this.shards.hasNext) return null;
    if (requesting?.report === null) return null;
    if (requesting !== null && requesting.report.requestedBytes < requesting.admittedBytes) return 'requestsPerSecond';
    return this.wanted() === null ? 'inFlight' : 'bytesPerDay';
  }

  carry(): RunAdmissionCarry {
    return { ...this.bucket.carry(), sequence: this.sequence, ratesAreDue: this.ratesAreDue };
  }

  /** The shard (null: the next one) that can use more, and the least that is worth letting go; null when none can. */
  private wanted(): {
    readonly shard: OpenShard | null;
    readonly stepBytes: number;
    readonly roomBytes: number;
    readonly neededBytes: number;
  } | null {
    const { requesting } = this.shards;
    if (requesting === null && !this.shards.mayRelease) return null;
    if (requesting?.report === null) return null;
    const neededBytes = requesting === null ? Infinity : requesting.report.neededBytes - requesting.admittedBytes;
    if (neededBytes <= 0) return null;
    const { verifiedBytes, inFlightBytes } = this.shards;
    // A shard is released with whatever there is: that costs no signal.
    const leastBytes = requesting === null ? 1 : this.bucket.stepBytes(verifiedBytes);
    const stepBytes = Math.min(leastBytes, neededBytes);
    const roomBytes = this.bucket.inFlightLimitBytes(verifiedBytes) - inFlightBytes;
    return roomBytes < stepBytes ? null : { shard: requesting, stepBytes, roomBytes, neededBytes };
  }

  /** The sequence also rises from one root of a run to the next. */
  private admission(bytes: number, nowMs: number): Admission {
    this.sequence = Math.max(this.sequence + 1, nowMs);
    return { sequence: this.sequence, admittedBytes: bytes, requestsPerSecond: this.rateLimits.requestsPerSecond };
  }
}

/** What the admission takes along when the root continues as new. */
export interface TokenBucketCarry {
  readonly rateLimits: RateLimits;
  readonly tokens: number;
  readonly tokensAtMs: number;
  /** Decimal string. */
  readonly admittedBytes: string;
  readonly hour: Hour | null;
  readonly lastHourBytes: number | null;
  readonly fetchedPerHour: number | null;
}

/** The hour over which the fetching is measured: its beginning, and what was verified then (decimal string). */
interface Hour {
  readonly sinceMs: number;
  readonly verifiedBytes: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Bytes are let go for five minutes at a time, and what is not used is kept for a quarter of an hour. */
const BURSTS_PER_DAY = 288;
const MAX_BURSTS = 3;

/** 256 GiB: until a run has fetched anything, no more than a line of 25 Mbit/s fetches in a day. */
export const FIRST_IN_FLIGHT_BYTES = 256 * 2 ** 30;
/** Each byte that was fetched in time lets so many more be on their way, as long as the workers keep up. */
const GROWTH = 4;
/** Of the 24 hours that Glacier keeps an output: what is on its way must be fetched even if all of it is ready at once. */
const IN_FLIGHT_HOURS = 16;
/** The window moves in steps of this part of it: each step costs a signal. */
const IN_FLIGHT_STEPS = 16;

/**
 * How many bytes of archives may be requested, by two limits: so many a day, and no more on their way than can be fetched
 * before Glacier drops their outputs. The second one is learnt: it grows with what has been fetched, until for an hour more
 * has waited to be fetched than was fetched; from then on it follows the measured throughput.
 */
export class TokenBucket {
  private current: RateLimits;
  private tokens: number;
  private tokensAtMs: number;
  private admitted: bigint;
  private hour: Hour | null;
  private fetchedLast: number | null;
  private fetchedPerHour: number | null;

  constructor(rateLimits: RateLimits, nowMs: number, carry: TokenBucketCarry | null = null) {
    this.current = carry?.rateLimits ?? rateLimits;
    this.tokens = carry?.tokens ?? this.burstBytes;
    this.tokensAtMs = carry?.tokensAtMs ?? nowMs;
    this.admitted = BigInt(carry?.admittedBytes ?? '0');
    this.hour = carry?.hour ?? null;
    this.fetchedLast = carry?.lastHourBytes ?? null;
    this.fetchedPerHour = carry?.fetchedPerHour ?? null;
  }

  /** Bytes verified in the last whole hour; null before there was one. */
  get lastHourBytes(): number | null {
    return this.fetchedLast;
  }

  get rateLimits(): RateLimits {
    return this.current;
  }

  get admittedBytes(): bigint {
    return this.admitted;
  }

  /** What is paid for already stays paid; a debt is paid off at the new rateLimits. */
  setRateLimits(rateLimits: Partial<RateLimits>, nowMs: number): void {
    this.refill(nowMs);
    this.current = { ...this.current, ...rateLimits };
    this.tokens = Math.min(this.tokens, this.maxTokens);
  }

  /** Least bytes worth letting go at a time. */
  stepBytes(verifiedBytes: bigint): number {
    return Math.max(1, Math.min(this.burstBytes, this.inFlightLimitBytes(verifiedBytes) / IN_FLIGHT_STEPS));
  }

  /** When so many bytes are within the bytes per day. */
  affordableAtMs(bytes: number): number {
    const missing = Math.min(bytes, this.burstBytes) - this.tokens;
    return missing <= 0 ? this.tokensAtMs : this.tokensAtMs + Math.ceil((missing / this.bytesPerDay) * DAY_MS);
  }

  /** Bytes within the bytes per day now; below 0 as long as a large archive is being paid off. */
  affordableBytes(nowMs: number): number {
    this.refill(nowMs);
    return Math.floor(this.tokens);
  }

  /** Bytes are let go or, below 0, given back. Whoever charges more than is affordable runs into debt. */
  charge(bytes: number, nowMs: number): void {
    this.refill(nowMs);
    this.tokens -= bytes;
    this.admitted += BigInt(bytes);
  }

  /** Most bytes that may be on their way: requested and not ended. */
  inFlightLimitBytes(verifiedBytes: bigint): number {
    const grown = FIRST_IN_FLIGHT_BYTES + GROWTH * Number(verifiedBytes);
    if (this.fetchedPerHour === null) return grown;
    return Math.min(grown, Math.max(FIRST_IN_FLIGHT_BYTES, this.fetchedPerHour * IN_FLIGHT_HOURS));
  }

  /** @param backlogBytes what Glacier has ready and is not fetched yet */
  measure(verifiedBytes: bigint, backlogBytes: bigint, nowMs: number): void {
    const { hour } = this;
    if (hour !== null && nowMs - hour.sinceMs < HOUR_MS) return;
    if (hour !== null) {
      const fetched = Number(verifiedBytes - BigInt(hour.verifiedBytes));
      const perHour = (fetched * HOUR_MS) / (nowMs - hour.sinceMs);
      this.fetchedLast = Math.round(perHour);
      this.fetchedPerHour = Number(backlogBytes) > perHour ? perHour : null;
    }
    this.hour = { sinceMs: nowMs, verifiedBytes: String(verifiedBytes) };
  }

  carry(): TokenBucketCarry {
    return {
      rateLimits: this.current,
      tokens: this.tokens,
      tokensAtMs: this.tokensAtMs,
      admittedBytes: String(this.admitted),
      hour: this.hour,
      lastHourBytes: this.fetchedLast,
      fetchedPerHour: this.fetchedPerHour,
    };
  }

  private get bytesPerDay(): number {
    return Number(this.current.bytesPerDay);
  }

  private get burstBytes(): number {
    return this.bytesPerDay / BURSTS_PER_DAY;
  }

  private get maxTokens(): number {
    return MAX_BURSTS * this.burstBytes;
  }

  private refill(nowMs: number): void {
    const earned = ((nowMs - this.tokensAtMs) / DAY_MS) * this.bytesPerDay;
    this.tokens = Math.max(this.tokens, Math.min(this.tokens + earned, this.maxTokens));
    this.tokensAtMs = nowMs;
  }
}
