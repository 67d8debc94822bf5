import { LEAF_BYTES } from '../domain/tree-hash';

interface Waiter {
  readonly leaves: number;
  readonly admit: (leaves: Buffer[]) => void;
}

/**
 * The memory for bytes in flight in a transfer process: reused buffers of 1 MiB, the leaf of the tree hash. A part
 * reserves all its leaves at once, in order of arrival, so that half-filled parts cannot block each other. A part larger
 * than the whole pool is admitted alone.
 */
export class LeafPool {
  private readonly free: Buffer[] = [];
  private readonly waiters: Waiter[] = [];
  private taken = 0;

  /** @param capacityBytes limit of reserved bytes, rounded down to whole leaves */
  constructor(private readonly capacityBytes: number) {}

  /**
   * Waits for enough leaves to hold `sizeBytes`.
   * @throws the signal's reason if it aborts first
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
        admit: (leaves) => {
          signal.removeEventListener('abort', leave);
          resolve(leaves);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiters.push(waiter);
      this.admit();
    });
  }

  /** Releases the leaves of `reserve`. The caller must not use them afterwards. */
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
      first.admit(Array.from({ length: first.leaves }, () => this.free.pop() ?? Buffer.allocUnsafeSlow(LEAF_BYTES)));
    }
  }
}
