import { createHash } from 'node:crypto';
import type { Tier } from './model';

/** Milliseconds that a job takes: archive retrievals by tier, and inventories. */
export interface JobDelaysMs {
  readonly bulk: number;
  readonly standard: number;
  readonly expedited: number;
  readonly inventory: number;
}

/** How long a job takes, in milliseconds. `sequence` is the job's own: the same job always takes the same time. */
export type JobDelays = (kind: keyof JobDelaysMs, sequence: number) => number;

export function delayKindOf(tier: Tier): keyof JobDelaysMs {
  switch (tier) {
    case 'Bulk':
      return 'bulk';
    case 'Standard':
      return 'standard';
    case 'Expedited':
      return 'expedited';
  }
}

export const fixedDelays =
  (delaysMs: JobDelaysMs): JobDelays =>
  (kind) =>
    delaysMs[kind];

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;

/** What AWS says jobs typically take (guide, archive retrieval options); for inventories what users reported, 3.8 to 4 hours, widened. */
const AWS_RANGES_MS: Readonly<Record<keyof JobDelaysMs, readonly [shortest: number, longest: number]>> = {
  expedited: [MINUTE_MS, 5 * MINUTE_MS],
  standard: [3 * HOUR_MS, 5 * HOUR_MS],
  bulk: [5 * HOUR_MS, 12 * HOUR_MS],
  inventory: [3.5 * HOUR_MS, 5 * HOUR_MS],
};

/** Delays within AWS's ranges, more often near their middle than at their ends, drawn from `seed` and the order of jobs. */
export const awsDelays =
  (seed: number): JobDelays =>
  (kind, sequence) => {
    const [shortest, longest] = AWS_RANGES_MS[kind];
    const bits = createHash('sha256').update(`${seed}/${sequence}`).digest();
    const fraction = (bits.readUInt32BE(0) + bits.readUInt32BE(4)) / 2 ** 33;
    return Math.round(shortest + fraction * (longest - shortest));
  };
