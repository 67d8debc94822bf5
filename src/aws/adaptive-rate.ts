import { performance } from 'node:perf_hooks';
import { DEFAULT_REQUESTS_PER_SECOND } from '../domain/pace';
import type { Throttle } from '../wire/progress';
import { setTimeout } from 'node:timers/promises';

/** Spaces the requests of one batch evenly: a run has one batch of requests on its way at a time. */
export class RequestPace {
  private nextAtMs = performance.now();

  constructor(private readonly requestsPerSecond: number) {}

  /** Waits for the turn of the next request. @throws the signal's reason when it aborts */
  async turn(signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, this.nextAtMs);
    this.nextAtMs = atMs + 1_000 / this.requestsPerSecond;
    if (atMs > nowMs) await setTimeout(atMs - nowMs, undefined, { signal });
  }
}

/** Slow enough for AWS, quick enough to notice within seconds that the throttle is over. */
const LEAST_PER_SECOND = 0.2;
/** One bout of throttling answers many requests at once: it counts once. */
const BOUT_MS = 1_000;
/** From the bottom to the full rate within three and a half minutes of success. */
const CLIMB_SECONDS = 200;
/** A success proves the rate of the last seconds only, not of the hours before it in which nothing was sent. */
const LONGEST_CLIMB_MS = 10_000;
/** So much of a second may be sent at once, since timers are not exact. */
const BURST_SECONDS = 0.1;

/**
 * How many requests for jobs a process may send: halved when AWS throttles, raised steadily while it does not. Takes
 * the time, in ms, from a clock that never jumps.
 */
export class AdaptiveRate {
  private fullPerSecond = DEFAULT_REQUESTS_PER_SECOND;
  private perSecond = DEFAULT_REQUESTS_PER_SECOND;
  private tokens = 1;
  private filledAtMs: number;
  private throttledAtMs = -Infinity;
  private climbedAtMs: number;

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    this.filledAtMs = nowMs();
    this.climbedAtMs = this.filledAtMs;
  }

  get requestsPerSecond(): number {
    return this.perSecond;
  }

  /** The full rate becomes what the fastest run asks for. */
  aimAt(requestsPerSecond: number): void {
    if (requestsPerSecond <= this.fullPerSecond) return;
    if (this.throttle === null) this.perSecond = requestsPerSecond;
    this.fullPerSecond = requestsPerSecond;
  }

  /** Set while throttling keeps the rate below the full one. */
  get throttle(): Throttle | null {
    return this.perSecond < this.fullPerSecond ? { requestsPerSecond: Math.round(this.perSecond * 10) / 10 } : null;
  }

  /** Takes the permission for one request, and returns 0; or returns the ms after which to ask again. */
  take(): number {
    const now = this.nowMs();
    const most = Math.max(1, this.perSecond * BURST_SECONDS);
    this.tokens = Math.min(most, this.tokens + ((now - this.filledAtMs) / 1_000) * this.perSecond);
    this.filledAtMs = now;
    if (this.tokens >= 1) {
      this.tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.tokens) / this.perSecond) * 1_000);
  }

  /** AWS has taken a request. */
  succeeded(): void {
    const now = this.nowMs();
    const climbMs = Math.min(now - this.climbedAtMs, LONGEST_CLIMB_MS);
    this.climbedAtMs = now;
    this.perSecond = Math.min(
      this.fullPerSecond,
      this.perSecond + (climbMs / 1_000) * (this.fullPerSecond / CLIMB_SECONDS),
    );
  }

  /** AWS has throttled a request. */
  throttled(): void {
    const now = this.nowMs();
    this.climbedAtMs = now;
    if (now - this.throttledAtMs < BOUT_MS) return;
    this.throttledAtMs = now;
    this.perSecond = Math.max(LEAST_PER_SECOND, this.perSecond / 2);
    this.tokens = 0;
    this.filledAtMs = now;
  }
}
