import { performance } from 'node:perf_hooks';
import { DEFAULT_REQUESTS_PER_SECOND } from '../domain/rate-limits';
import type { Throttle } from '../wire/progress';

/** Slow enough for AWS, fast enough to notice within seconds that throttling is over. */
const MIN_PER_SECOND = 0.2;
/** Throttling affects many requests at once: within this time it counts once. */
const BOUT_MS = 1_000;
/** From zero to the full rate takes this long without throttling. */
const RAMP_SECONDS = 200;
/** A success is evidence for the rate of the last seconds only, not for idle hours before it. */
const MAX_RAMP_MS = 10_000;
/** Capacity of the token bucket: timers are not exact. */
const BURST_SECONDS = 0.1;

/**
 * Token bucket for the job requests of a process. Its rate is halved when AWS throttles and raised steadily while it does
 * not.
 * @param nowMs a monotonic clock
 */
export class AdaptiveRate {
  private fullPerSecond = DEFAULT_REQUESTS_PER_SECOND;
  private perSecond = DEFAULT_REQUESTS_PER_SECOND;
  private tokens = 1;
  private filledAtMs: number;
  private throttledAtMs = -Infinity;
  private rampedAtMs: number;

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    this.filledAtMs = nowMs();
    this.rampedAtMs = this.filledAtMs;
  }

  get requestsPerSecond(): number {
    return this.perSecond;
  }

  /** Raises the full rate to that of the fastest run. */
  aimAt(requestsPerSecond: number): void {
    if (requestsPerSecond <= this.fullPerSecond) return;
    if (this.throttle === null) this.perSecond = requestsPerSecond;
    this.fullPerSecond = requestsPerSecond;
  }

  /** Set while throttling keeps the rate below the full rate. */
  get throttle(): Throttle | null {
    return this.perSecond < this.fullPerSecond ? { requestsPerSecond: Math.round(this.perSecond * 10) / 10 } : null;
  }

  /** Takes a token for one request and returns 0, or returns the milliseconds to wait before the next try. */
  take(): number {
    const now = this.nowMs();
    const capacity = Math.max(1, this.perSecond * BURST_SECONDS);
    this.tokens = Math.min(capacity, this.tokens + ((now - this.filledAtMs) / 1_000) * this.perSecond);
    this.filledAtMs = now;
    if (this.tokens >= 1) {
      this.tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.tokens) / this.perSecond) * 1_000);
  }

  /** AWS has accepted a request. */
  succeeded(): void {
    const now = this.nowMs();
    const rampMs = Math.min(now - this.rampedAtMs, MAX_RAMP_MS);
    this.rampedAtMs = now;
    this.perSecond = Math.min(
      this.fullPerSecond,
      this.perSecond + (rampMs / 1_000) * (this.fullPerSecond / RAMP_SECONDS),
    );
  }

  /** AWS has throttled a request. */
  throttled(): void {
    const now = this.nowMs();
    this.rampedAtMs = now;
    if (now - this.throttledAtMs < BOUT_MS) return;
    this.throttledAtMs = now;
    this.perSecond = Math.max(MIN_PER_SECOND, this.perSecond / 2);
    this.tokens = 0;
    this.filledAtMs = now;
  }
}
