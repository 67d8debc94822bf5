import type { RunProgress } from '../../wire/progress';

/** How fast a run goes and how long it will take at that rate. */
export interface Pace {
  /** Verified bytes; null as long as nothing has been verified. */
  readonly bytesPerSecond: number | null;
  /** Null when unknown; 0 when nothing is left. */
  readonly remainingMs: number | null;
}

type Bytes = Pick<RunProgress, 'bytes'>;

/** Bytes that still have to end as verified, failed or skipped. */
export function bytesLeft({ bytes }: Bytes): bigint {
  return BigInt(bytes.total) - BigInt(bytes.verified) - BigInt(bytes.failed) - BigInt(bytes.skipped);
}

/** The pace since the run began, for a single look at it. */
export function averagePace(progress: RunProgress, now: Date): Pace {
  const end = progress.finishedAt === null ? now : new Date(progress.finishedAt);
  return pace(progress, BigInt(progress.bytes.verified), end.getTime() - new Date(progress.startedAt).getTime());
}

/** The pace of the last minutes, for somebody who watches. */
export class RecentPace {
  private samples: readonly { readonly atMs: number; readonly verified: bigint }[] = [];

  constructor(private readonly windowMs: number) {}

  /** Takes a new look at the run and gives the pace between it and the oldest one in the window. */
  observe(progress: Bytes, atMs: number): Pace {
    const verified = BigInt(progress.bytes.verified);
    this.samples = [...this.samples.filter((sample) => sample.atMs >= atMs - this.windowMs), { atMs, verified }];
    const oldest = this.samples[0] ?? { atMs, verified };
    return pace(progress, verified - oldest.verified, atMs - oldest.atMs);
  }
}

function pace(progress: Bytes, moved: bigint, inMs: number): Pace {
  const left = bytesLeft(progress);
  const bytesPerSecond = moved > 0n && inMs > 0 ? (Number(moved) * 1000) / inMs : null;
  if (left === 0n) return { bytesPerSecond, remainingMs: 0 };
  return { bytesPerSecond, remainingMs: bytesPerSecond === null ? null : (Number(left) / bytesPerSecond) * 1000 };
}
