import type { RunProgress } from '../../src/wire/progress';

/** Measured throughput of a run, and the time left at that rate. */
export interface Throughput {
  /** Verified bytes; null as long as nothing has been verified. */
  readonly bytesPerSecond: number | null;
  /** Null when unknown; 0 when nothing is left. */
  readonly remainingMs: number | null;
}

/** Over shorter times the rate fluctuates too much. */
const LEAST_MS = 5_000;

type Bytes = Pick<RunProgress, 'bytes'>;

/** Bytes that still have to end as verified, failed or skipped. */
export function bytesLeft({ bytes }: Bytes): bigint {
  return BigInt(bytes.total) - BigInt(bytes.verified) - BigInt(bytes.failed) - BigInt(bytes.skipped);
}

/** Average since the start of the run, for a single status. */
export function averageThroughput(
  progress: Bytes & Pick<RunProgress, 'startedAt' | 'finishedAt'>,
  now: Date,
): Throughput {
  const end = progress.finishedAt === null ? now : new Date(progress.finishedAt);
  return throughputOf(
    progress,
    BigInt(progress.bytes.verified),
    end.getTime() - new Date(progress.startedAt).getTime(),
  );
}

/** Throughput of the last minutes, for `--watch`. */
export class RecentThroughput {
  private samples: readonly { readonly atMs: number; readonly verified: bigint }[] = [];

  constructor(private readonly windowMs: number) {}

  /** Adds a sample and returns the throughput since the oldest one in the window. */
  observe(progress: Bytes, atMs: number): Throughput {
    const verified = BigInt(progress.bytes.verified);
    const sample = { atMs, verified };
    // Waiting for the first job says nothing about the throughput afterwards.
    const kept = verified === 0n ? [] : this.samples.filter((earlier) => earlier.atMs >= atMs - this.windowMs);
    this.samples = [...kept, sample];
    const oldest = this.samples[0] ?? sample;
    const inMs = atMs - oldest.atMs;
    return throughputOf(progress, inMs < LEAST_MS ? 0n : verified - oldest.verified, inMs);
  }
}

function throughputOf(progress: Bytes, moved: bigint, inMs: number): Throughput {
  const left = bytesLeft(progress);
  const bytesPerSecond = moved > 0n && inMs > 0 ? (Number(moved) * 1000) / inMs : null;
  if (BigInt(progress.bytes.total) > 0n && left === 0n) return { bytesPerSecond, remainingMs: 0 };
  return { bytesPerSecond, remainingMs: bytesPerSecond === null ? null : (Number(left) / bytesPerSecond) * 1000 };
}
