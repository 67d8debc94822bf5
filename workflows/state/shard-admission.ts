import type { Admission, ShardReport } from '../../src/wire/signals';

/** Timers have a resolution of about a second: shorter waits are accumulated. */
const LEAST_WAIT_MS = 1_000;

/**
 * How many bytes of a shard may be requested, and how fast, in batches and by archive workflows together. An archive that
 * was admitted once may be requested again any number of times.
 */
export class ShardAdmissionState {
  private sequence: number;
  private admittedBytes: number;
  private rate: number;
  private neededBytes = 0;
  private requestedBytes = 0;
  private reportedBytes = 0;
  private freeAtMs = 0;
  private readonly requested = new Set<number>();

  constructor({ sequence, admittedBytes, requestsPerSecond }: Admission) {
    this.sequence = sequence;
    this.admittedBytes = admittedBytes;
    this.rate = requestsPerSecond;
  }

  /** Applies the root's admission unless a newer one was applied before. */
  apply({ sequence, admittedBytes, requestsPerSecond }: Admission): void {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    this.admittedBytes = admittedBytes;
    this.rate = requestsPerSecond;
  }

  /** @param neededBytes of all archives that are not settled */
  open(neededBytes: number): void {
    this.neededBytes = neededBytes;
  }

  get requestsPerSecond(): number {
    return this.rate;
  }

  /** Whether the first of the waiting archives may be requested now. The one that exceeds the admitted bytes still may. */
  admits([next]: readonly number[]): boolean {
    return next !== undefined && (this.requested.has(next) || this.requestedBytes < this.admittedBytes);
  }

  /** Removes the archives that may be requested now from the front of those waiting. */
  take(waiting: number[], most: number, sizeBytes: (index: number) => number): number[] {
    const taken: number[] = [];
    while (taken.length < most && this.admits(waiting)) {
      const index = waiting.shift() as number;
      taken.push(index);
      if (this.requested.has(index)) continue;
      this.requested.add(index);
      this.requestedBytes += sizeBytes(index);
    }
    return taken;
  }

  /** Reserves the time that the requests need, and returns how long to wait before the first one. */
  reserve(requests: number, nowMs: number): number {
    const startMs = Math.max(nowMs, this.freeAtMs);
    this.freeAtMs = startMs + (requests / this.rate) * 1_000;
    const waitMs = startMs - nowMs;
    return waitMs < LEAST_WAIT_MS ? 0 : waitMs;
  }

  /** Everything admitted, or everything there is, is requested, and the root, which waits for that, does not know it yet. */
  get mustReport(): boolean {
    const isUsedUp = this.requestedBytes >= Math.min(this.admittedBytes, this.neededBytes);
    return isUsedUp && this.requestedBytes > this.reportedBytes;
  }

  takeReport(): Pick<ShardReport, 'neededBytes' | 'requestedBytes'> {
    this.reportedBytes = this.requestedBytes;
    return this.report();
  }

  report(): Pick<ShardReport, 'neededBytes' | 'requestedBytes'> {
    const { neededBytes, requestedBytes } = this;
    return { neededBytes, requestedBytes };
  }
}
