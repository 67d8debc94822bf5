import type { RunPace } from '../../src/wire/request';

/** What the admission takes along when the root continues as new. */
export interface AdmissionCarry {
  readonly pace: RunPace;
  readonly balanceBytes: number;
  readonly balanceAtMs: number;
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
const STEPS_PER_DAY = 288;
const STEPS_KEPT = 3;

/** 256 GiB: until a run has fetched anything, no more than a line of 25 Mbit/s fetches in a day. */
export const FIRST_WINDOW_BYTES = 256 * 2 ** 30;
/** Each byte that was fetched in time lets so many more be on their way, as long as the workers keep up. */
const GROWTH = 4;
/** Of the 24 hours that Glacier keeps an output: what is on its way must be fetched even if all of it is ready at once. */
const WINDOW_HOURS = 16;
/** The window moves in steps of this part of it: each step costs a signal. */
const WINDOW_STEPS = 16;

/**
 * How many bytes of archives may be requested, by two limits: so many a day, and no more on their way than can be fetched
 * before Glacier drops their outputs. The second one is learnt: it grows with what has been fetched, until for an hour more
 * has waited to be fetched than was fetched; from then on it follows the measured throughput.
 */
export class Admission {
  private current: RunPace;
  private balanceBytes: number;
  private balanceAtMs: number;
  private admitted: bigint;
  private hour: Hour | null;
  private fetchedLast: number | null;
  private fetchedPerHour: number | null;

  constructor(pace: RunPace, nowMs: number, carry: AdmissionCarry | null = null) {
    this.current = carry?.pace ?? pace;
    this.balanceBytes = carry?.balanceBytes ?? this.dayStepBytes;
    this.balanceAtMs = carry?.balanceAtMs ?? nowMs;
    this.admitted = BigInt(carry?.admittedBytes ?? '0');
    this.hour = carry?.hour ?? null;
    this.fetchedLast = carry?.lastHourBytes ?? null;
    this.fetchedPerHour = carry?.fetchedPerHour ?? null;
  }

  /** Bytes verified in the last whole hour; null before there was one. */
  get lastHourBytes(): number | null {
    return this.fetchedLast;
  }

  get pace(): RunPace {
    return this.current;
  }

  get admittedBytes(): bigint {
    return this.admitted;
  }

  /** What is paid for already stays paid; a debt is paid off at the new pace. */
  setPace(pace: Partial<RunPace>, nowMs: number): void {
    this.settle(nowMs);
    this.current = { ...this.current, ...pace };
    this.balanceBytes = Math.min(this.balanceBytes, this.mostKeptBytes);
  }

  /** Least bytes worth letting go at a time. */
  stepBytes(verifiedBytes: bigint): number {
    return Math.max(1, Math.min(this.dayStepBytes, this.windowBytes(verifiedBytes) / WINDOW_STEPS));
  }

  /** When so many bytes are within the bytes per day. */
  affordableAtMs(bytes: number): number {
    const missing = Math.min(bytes, this.dayStepBytes) - this.balanceBytes;
    return missing <= 0 ? this.balanceAtMs : this.balanceAtMs + Math.ceil((missing / this.bytesPerDay) * DAY_MS);
  }

  /** Bytes within the bytes per day now; below 0 as long as a large archive is being paid off. */
  affordableBytes(nowMs: number): number {
    this.settle(nowMs);
    return Math.floor(this.balanceBytes);
  }

  /** Bytes are let go or, below 0, given back. Whoever charges more than is affordable runs into debt. */
  charge(bytes: number, nowMs: number): void {
    this.settle(nowMs);
    this.balanceBytes -= bytes;
    this.admitted += BigInt(bytes);
  }

  /** Most bytes that may be on their way: requested and not ended. */
  windowBytes(verifiedBytes: bigint): number {
    const grown = FIRST_WINDOW_BYTES + GROWTH * Number(verifiedBytes);
    if (this.fetchedPerHour === null) return grown;
    return Math.min(grown, Math.max(FIRST_WINDOW_BYTES, this.fetchedPerHour * WINDOW_HOURS));
  }

  /** @param backlogBytes what Glacier has ready and is not fetched yet */
  hear(verifiedBytes: bigint, backlogBytes: bigint, nowMs: number): void {
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

  carry(): AdmissionCarry {
    return {
      pace: this.current,
      balanceBytes: this.balanceBytes,
      balanceAtMs: this.balanceAtMs,
      admittedBytes: String(this.admitted),
      hour: this.hour,
      lastHourBytes: this.fetchedLast,
      fetchedPerHour: this.fetchedPerHour,
    };
  }

  private get bytesPerDay(): number {
    return Number(this.current.bytesPerDay);
  }

  private get dayStepBytes(): number {
    return this.bytesPerDay / STEPS_PER_DAY;
  }

  private get mostKeptBytes(): number {
    return STEPS_KEPT * this.dayStepBytes;
  }

  private settle(nowMs: number): void {
    const earned = ((nowMs - this.balanceAtMs) / DAY_MS) * this.bytesPerDay;
    this.balanceBytes = Math.max(this.balanceBytes, Math.min(this.balanceBytes + earned, this.mostKeptBytes));
    this.balanceAtMs = nowMs;
  }
}
