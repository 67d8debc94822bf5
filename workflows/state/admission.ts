import type { RateLimits } from '../../src/wire/request';
import type { Limit } from '../../src/wire/progress';
import type { Admission } from '../../src/wire/signals';
import type { OpenShard, ShardTracker } from './shard-tracker';

/** State of a root's admission on continue-as-new. */
export interface RunAdmissionCarry extends TokenBucketCarry {
  readonly sequence: number;
  readonly ratesAreDue: boolean;
}

/** Admission of an open shard. */
export interface ShardAdmission {
  readonly shard: number;
  readonly admission: Admission;
}

/**
 * Admits archives in order of creation: one shard at a time requests its archives, as many as the limits allow, and once
 * all of them are requested the next shard is released.
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

  /** Charges what a shard has requested beyond its admission, or returns what it does not need. */
  handleReport(chargeBytes: number, nowMs: number): void {
    if (chargeBytes !== 0) this.bucket.charge(chargeBytes, nowMs);
    this.bucket.measure(this.shards.verifiedBytes, this.shards.backlogBytes, nowMs);
  }

  /** When more may be admitted; Infinity while something else has to happen first. */
  get nextAtMs(): number {
    const wanted = this.wanted();
    return wanted === null ? Infinity : this.bucket.affordableAtMs(wanted.stepBytes);
  }

  /**
   * Admits what the limits allow, at the time of {@link nextAtMs}.
   * @returns the admission of an open shard or (shard null) of the one to release next
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

  /** Admissions of all open shards, to send when the requests per second have changed. */
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

  /** What limits the run's requests; null if nothing does or nothing is left to request. */
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

  /** The shard (null: the next one) that needs more, and the minimum to admit; null if none does. */
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
    // A release admits any amount: it needs no signal.
    const leastBytes = requesting === null ? 1 : this.bucket.stepBytes(verifiedBytes);
    const stepBytes = Math.min(leastBytes, neededBytes);
    const roomBytes = this.bucket.inFlightLimitBytes(verifiedBytes) - inFlightBytes;
    return roomBytes < stepBytes ? null : { shard: requesting, stepBytes, roomBytes, neededBytes };
  }

  /** The sequence also increases from one root of a run to the next. */
  private admission(bytes: number, nowMs: number): Admission {
    this.sequence = Math.max(this.sequence + 1, nowMs);
    return { sequence: this.sequence, admittedBytes: bytes, requestsPerSecond: this.rateLimits.requestsPerSecond };
  }
}

/** State of the token bucket and the in-flight limit on continue-as-new. */
export interface TokenBucketCarry {
  readonly rateLimits: RateLimits;
  readonly tokens: number;
  readonly tokensAtMs: number;
  /** Decimal string. */
  readonly admittedBytes: string;
  readonly hour: Hour | null;
  readonly lastHourBytes: number | null;
  readonly downloadedPerHour: number | null;
}

/** The hour over which throughput is measured: its start, and the bytes verified by then (decimal string). */
interface Hour {
  readonly sinceMs: number;
  readonly verifiedBytes: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A burst is the bytes of five minutes; the bucket holds those of a quarter of an hour. */
const BURSTS_PER_DAY = 288;
const MAX_BURSTS = 3;

/** 256 GiB: until a run has downloaded anything, no more than a line of 25 Mbit/s downloads in a day. */
export const FIRST_IN_FLIGHT_BYTES = 256 * 2 ** 30;
/** Each downloaded byte raises the in-flight limit by this many, as long as the workers keep up. */
const GROWTH = 4;
/** Of the 24 hours until an output expires: all bytes in flight must be downloaded even if they are ready at once. */
const IN_FLIGHT_HOURS = 16;
/** Bytes are admitted in this fraction of the in-flight limit: each admission needs a signal. */
const IN_FLIGHT_STEPS = 16;

/**
 * How many bytes of archives may be requested, by two limits. A token bucket enforces the bytes per day. The in-flight
 * limit keeps no more requested than can be downloaded before it expires: it grows with what has been downloaded, until
 * for an hour more was waiting for download than was downloaded; from then on it follows the measured throughput.
 */
export class TokenBucket {
  private current: RateLimits;
  private tokens: number;
  private tokensAtMs: number;
  private admitted: bigint;
  private hour: Hour | null;
  private lastHour: number | null;
  private downloadedPerHour: number | null;

  constructor(rateLimits: RateLimits, nowMs: number, carry: TokenBucketCarry | null = null) {
    this.current = carry?.rateLimits ?? rateLimits;
    this.tokens = carry?.tokens ?? this.burstBytes;
    this.tokensAtMs = carry?.tokensAtMs ?? nowMs;
    this.admitted = BigInt(carry?.admittedBytes ?? '0');
    this.hour = carry?.hour ?? null;
    this.lastHour = carry?.lastHourBytes ?? null;
    this.downloadedPerHour = carry?.downloadedPerHour ?? null;
  }

  /** Bytes verified in the last whole hour; null before there was one. */
  get lastHourBytes(): number | null {
    return this.lastHour;
  }

  get rateLimits(): RateLimits {
    return this.current;
  }

  get admittedBytes(): bigint {
    return this.admitted;
  }

  /** Tokens are kept; a debt is paid off at the new rate. */
  setRateLimits(rateLimits: Partial<RateLimits>, nowMs: number): void {
    this.refill(nowMs);
    this.current = { ...this.current, ...rateLimits };
    this.tokens = Math.min(this.tokens, this.maxTokens);
  }

  /** Minimum bytes to admit at a time. */
  stepBytes(verifiedBytes: bigint): number {
    return Math.max(1, Math.min(this.burstBytes, this.inFlightLimitBytes(verifiedBytes) / IN_FLIGHT_STEPS));
  }

  /** When the bucket has tokens for this many bytes. */
  affordableAtMs(bytes: number): number {
    const missing = Math.min(bytes, this.burstBytes) - this.tokens;
    return missing <= 0 ? this.tokensAtMs : this.tokensAtMs + Math.ceil((missing / this.bytesPerDay) * DAY_MS);
  }

  /** Tokens in the bucket, in bytes; negative until a large archive is paid off. */
  affordableBytes(nowMs: number): number {
    this.refill(nowMs);
    return Math.floor(this.tokens);
  }

  /** Takes tokens for admitted bytes or, if negative, returns them. The bucket may go into debt. */
  charge(bytes: number, nowMs: number): void {
    this.refill(nowMs);
    this.tokens -= bytes;
    this.admitted += BigInt(bytes);
  }

  /** Maximum bytes in flight: requested and not ended. */
  inFlightLimitBytes(verifiedBytes: bigint): number {
    const grown = FIRST_IN_FLIGHT_BYTES + GROWTH * Number(verifiedBytes);
    if (this.downloadedPerHour === null) return grown;
    return Math.min(grown, Math.max(FIRST_IN_FLIGHT_BYTES, this.downloadedPerHour * IN_FLIGHT_HOURS));
  }

  /** @param backlogBytes ready at Glacier and not downloaded yet */
  measure(verifiedBytes: bigint, backlogBytes: bigint, nowMs: number): void {
    const { hour } = this;
    if (hour !== null && nowMs - hour.sinceMs < HOUR_MS) return;
    if (hour !== null) {
      const downloaded = Number(verifiedBytes - BigInt(hour.verifiedBytes));
      const perHour = (downloaded * HOUR_MS) / (nowMs - hour.sinceMs);
      this.lastHour = Math.round(perHour);
      this.downloadedPerHour = Number(backlogBytes) > perHour ? perHour : null;
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
      lastHourBytes: this.lastHour,
      downloadedPerHour: this.downloadedPerHour,
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
