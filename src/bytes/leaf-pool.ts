import { LEAF_BYTES } from '../domain/tree-hash';

interface Waiter {
  readonly leaves: number;
  readonly grant: (leaves: Buffer[]) => void;
}

/**
 * The memory in which bytes pass through a transfer process: reused buffers of 1 MiB, the leaf of the tree hash.
 * A part reserves all its leaves at once and in order of asking, so parts half filled cannot starve each other.
 * One part larger than the whole pool is let in when nothing else is.
 */
export class LeafPool {
  private readonly free: Buffer[] = [];
  private readonly waiters: Waiter[] = [];
  private taken = 0;

  /** @param capacityBytes most bytes reserved at a time, rounded down to whole leaves */
  constructor(private readonly capacityBytes: number) {}

  /**
   * Waits for enough leaves to hold `sizeBytes`.
   * @throws the signal's reason when it aborts first
   */
  async reserve(sizeBytes: number, signal: AbortSignal): Promise<readonly Buffer[]> {
    signal.throwIfAborted();
    return await new Promise<readonly Buffer[]>((resolve, reject) => {
      const leave = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(signal.reason as Error);
        this.admit();
      };
      const waiter: Waiter = {
        leaves: Math.ceil(sizeBytes / LEAF_BYTES),
        grant: (leaves) => {
          signal.removeEventListener('abort', leave);
          resolve(leaves);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiters.push(waiter);
      this.admit();
    });
  }

  /** Gives back what `reserve` gave. The caller must not touch it again. */
  release(leaves: readonly Buffer[]): void {
    this.taken -= leaves.length;
    const room = Math.floor(this.capacityBytes / LEAF_BYTES) - this.free.length - this.taken;
    this.free.push(...leaves.slice(0, Math.max(0, room)));
    this.admit();
  }

  private admit(): void {
    for (let first = this.waiters[0]; first !== undefined; first = this.waiters[0]) {
      const fits = (this.taken + first.leaves) * LEAF_BYTES <= this.capacityBytes;
      if (!fits && this.taken > 0) return;
      this.waiters.shift();
      this.taken += first.leaves;
      first.grant(Array.from({ length: first.leaves }, () => this.free.pop() ?? Buffer.allocUnsafeSlow(LEAF_BYTES)));
    }
  }
}
