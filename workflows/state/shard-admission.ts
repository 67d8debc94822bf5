import type { Admission, ShardReport } from '../../src/wire/progress';

/** Timers are about as fine as a second: shorter waits are added up. */
const LEAST_WAIT_MS = 1_000;

/**
 * How much of a shard may be requested, and how fast: both lanes ask here before they request an archive. What was let
 * go once may be requested again as often as it takes.
 */
export class ShardAdmissionState {
  private sequence: number;
  private grantedBytes: number;
  private perSecond: number;
  private neededBytes = 0;
  private begunBytes = 0;
  private toldBytes = 0;
  private freeAtMs = 0;
  private readonly begun = new Set<number>();

  constructor({ sequence, admittedBytes: bytes, requestsPerSecond }: Admission) {
    this.sequence = sequence;
    this.grantedBytes = bytes;
    this.perSecond = requestsPerSecond;
  }

  /** Takes an allowance of the root; one that a newer one has overtaken does nothing. */
  obey({ sequence, admittedBytes: bytes, requestsPerSecond }: Admission): void {
    if (sequence <= this.sequence) return;
    this.sequence = sequence;
    this.grantedBytes = bytes;
    this.perSecond = requestsPerSecond;
  }

  /** @param neededBytes of all archives that are not done */
  open(neededBytes: number): void {
    this.neededBytes = neededBytes;
  }

  get requestsPerSecond(): number {
    return this.perSecond;
  }

  /** Whether the next archive in a line may be requested now. The one that passes the granted bytes still may. */
  admits([next]: readonly number[]): boolean {
    return next !== undefined && (this.begun.has(next) || this.begunBytes < this.grantedBytes);
  }

  /** Takes the archives that may be requested now from the beginning of a line. */
  take(line: number[], most: number, sizeBytes: (index: number) => number): number[] {
    const taken: number[] = [];
    while (taken.length < most && this.admits(line)) {
      const index = line.shift() as number;
      taken.push(index);
      if (this.begun.has(index)) continue;
      this.begun.add(index);
      this.begunBytes += sizeBytes(index);
    }
    return taken;
  }

  /** Takes the time that so many requests need, and returns how long to wait before the first of them. */
  reserve(requests: number, nowMs: number): number {
    const startMs = Math.max(nowMs, this.freeAtMs);
    this.freeAtMs = startMs + (requests / this.perSecond) * 1_000;
    const waitMs = startMs - nowMs;
    return waitMs < LEAST_WAIT_MS ? 0 : waitMs;
  }

  /** All that was granted, or all that there is, is begun, and the root does not know it yet: it waits for that. */
  get mustTell(): boolean {
    const isSpent = this.begunBytes >= Math.min(this.grantedBytes, this.neededBytes);
    return isSpent && this.begunBytes > this.toldBytes;
  }

  takeReport(): Pick<ShardReport, 'neededBytes' | 'begunBytes'> {
    this.toldBytes = this.begunBytes;
    return this.report();
  }

  report(): Pick<ShardReport, 'neededBytes' | 'begunBytes'> {
    const { neededBytes, begunBytes } = this;
    return { neededBytes, begunBytes };
  }
}
