import { createCipheriv, createHash, type Hash } from 'node:crypto';
import { MIB } from '../tree-hash';

/** The tag at the end of every leaf is a SHA-512. */
export const TAG_BYTES = 64;

const STEP_BYTES = 1024;

/**
 * One MiB of noise, the same in every process: the key stream of AES-128 in counter mode under a key and a counter of
 * zeros. All virtual archives share it, so it must not be written to.
 */
export class Noise {
  private static instance: Noise | undefined;

  readonly bytes: Buffer = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(MIB));

  /** SHA-256 of the noise so far, at every STEP_BYTES less a tag: leaves of whole KiB need no noise hashed again. */
  private readonly midstates: readonly Hash[];

  private constructor() {
    const midstates: Hash[] = [];
    const hash = createHash('sha256');
    for (let at = 0, end = STEP_BYTES - TAG_BYTES; end <= MIB; at = end, end += STEP_BYTES) {
      midstates.push(hash.update(this.bytes.subarray(at, end)).copy());
    }
    this.midstates = midstates;
  }

  /** Created on first use: it takes a few milliseconds. */
  static shared(): Noise {
    return (this.instance ??= new Noise());
  }

  /** SHA-256, hex, of the first `noiseBytes` bytes of noise and the tag behind them. */
  leafHash(noiseBytes: number, tag: Buffer): string {
    const step = Math.floor((noiseBytes + TAG_BYTES) / STEP_BYTES) - 1;
    const hash = this.midstates[step]?.copy() ?? createHash('sha256');
    const hashedBytes = step < 0 ? 0 : (step + 1) * STEP_BYTES - TAG_BYTES;
    if (hashedBytes < noiseBytes) hash.update(this.bytes.subarray(hashedBytes, noiseBytes));
    return hash.update(tag).digest('hex');
  }
}
