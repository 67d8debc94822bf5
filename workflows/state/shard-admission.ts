import type { Admission, ShardReport } from '../../src/wire/signals';

/** Timers are about as fine as a second: shorter waits are added up. */
const LEAST_WAIT_MS = 1_000;

/**
 * How much of a shard may be requested, and how fast: both lanes ask here before they request an archive. What was let
 * go once may be requested again as often as it takes.
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

  constructor({ sequence, admittedBytes: bytes, requestsPerSecond }: Admission) {
    this.sequence = sequence;
    this.admittedBytes = bytes;
    this.rate = requestsPerSecond;
  }

  /** Takes an allowance of the root; one that a newer one has overtaken does nothing. */
  apply({ sequence, admittedBytes: bytes, requestsPerSecond }: Admission): void {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    this.admittedBytes = bytes;
    this.rate = requestsPerSecond;
  }

  /** @param neededBytes of all archives that are not done */
  open(neededBytes: number): void {
    this.neededBytes = neededBytes;
  }

  get requestsPerSecond(): number {
    return this.rate;
  }

  /** Whether the next archive in a line may be requested now. The one that passes the granted bytes still may. */
  admits([next]: readonly number[]): boolean {
    return next !== undefined && (this.requested.has(next) || this.requestedBytes < this.admittedBytes);
  }

  /** Takes the archives that may be requested now from the beginning of a line. */
  take(line: number[], most: number, sizeBytes: (index: number) => number): number[] {
    const taken: number[] = [];
    while (taken.length < most && this.admits(line)) {
      const index = line.shift() as number;
      taken.push(index);
      if (this.requested.has(index)) continue;
      this.requested.add(index);
      this.requestedBytes += sizeBytes(index);
    }
    return taken;
  }

  /** Takes the time that so many requests need, and returns how long to wait before the first of them. */
  reserve(requests: number, nowMs: number): number {
    const startMs = Math.max(nowMs, this.freeAtMs);
    this.freeAtMs = startMs + (requests / this.rate) * 1_000;
    const waitMs = startMs - nowMs;
    return waitMs < LEAST_WAIT_MS ? 0 : waitMs;
  }

  /** All that was granted, or all that there is, is begun, and the root does not know it yet: it waits for that. */
  get mustReport(): boolean {
    const isSpent = this.requestedBytes >= Math.min(this.admittedBytes, this.neededBytes);
    return isSpent && this.requestedBytes > this.reportedBytes;
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
