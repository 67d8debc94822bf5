/** Whole numbers below a limit, one bit for each. */
export class BitSet {
  private bits: Uint8Array;

  constructor(limit: number) {
    this.bits = new Uint8Array(Math.ceil(limit / 8));
  }

  has(number: number): boolean {
    return (this.byteOf(number) & (1 << (number & 7))) !== 0;
  }

  add(number: number): void {
    this.bits[number >> 3] = this.byteOf(number) | (1 << (number & 7));
  }

  copy(): BitSet {
    const copy = new BitSet(0);
    copy.bits = this.bits.slice();
    return copy;
  }

  private byteOf(number: number): number {
    return this.bits[number >> 3] ?? 0;
  }
}
