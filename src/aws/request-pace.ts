import { performance } from 'node:perf_hooks';
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
