import { hash } from 'node:crypto';

/** Which archives are read back: a share of them, a number of bytes, or all. Null: none. */
export type Subset = { readonly share: number } | { readonly bytes: number } | 'all' | null;

/** The verified archives of a run; bytes may exceed a safe number. */
export interface VerifiedTotal {
  readonly archives: number;
  readonly bytes: bigint;
}

/** The approximate size of a sample. */
export interface SampleSize {
  readonly objects: number;
  readonly bytes: bigint;
}

/**
 * Chooses archives by a hash of run and archive id: the same ones each time for one run, independent of age, size and
 * name. A sample with a number of bytes skips archives that no longer fit.
 */
export class Sample {
  private readonly share: number;
  private bytesLeft: number;

  constructor(
    private readonly run: string,
    subset: Subset,
    private readonly total: VerifiedTotal,
  ) {
    this.share = shareOf(subset, total);
    this.bytesLeft = subset !== null && subset !== 'all' && 'bytes' in subset ? subset.bytes : Infinity;
  }

  get expected(): SampleSize {
    const bytes = BigInt(Math.round(Number(this.total.bytes) * this.share));
    return { objects: Math.round(this.total.archives * this.share), bytes };
  }

  /** Call once for each verified archive, in order. */
  takes({ archiveId, sizeBytes }: { readonly archiveId: string; readonly sizeBytes: number }): boolean {
    if (drawOf(`${this.run} ${archiveId}`) >= this.share || sizeBytes > this.bytesLeft) return false;
    this.bytesLeft -= sizeBytes;
    return true;
  }
}

function shareOf(subset: Subset, { bytes }: VerifiedTotal): number {
  if (subset === null) return 0;
  if (subset === 'all') return 1;
  if ('share' in subset) return subset.share;
  return bytes === 0n ? 0 : Math.min(1, subset.bytes / Number(bytes));
}

/** A number from 0 up to, but not including, 1. */
const drawOf = (text: string): number => hash('sha256', text, 'buffer').readUInt32BE() / 2 ** 32;
