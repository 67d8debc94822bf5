interface Entry<Value> {
  readonly atMs: number;
  /** Insertion order, the tie-breaker for equal times. */
  readonly order: number;
  readonly value: Value;
}

/** Values by time, earliest first: a binary heap, so adding and taking cost O(log n). */
export class Schedule<Value> {
  private readonly heap: Entry<Value>[] = [];
  private arrivals = 0;

  get first(): { readonly atMs: number; readonly value: Value } | undefined {
    return this.heap[0];
  }

  add(atMs: number, value: Value): void {
    const entry = { atMs, order: this.arrivals++, value };
    let hole = this.heap.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      this.heap[hole] = above;
      hole = parent;
    }
    this.heap[hole] = entry;
  }

  takeFirst(): Value | undefined {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.heap.length > 0) this.sinkFromTop(last);
    return first.value;
  }

  clear(): void {
    this.heap.length = 0;
  }

  private sinkFromTop(entry: Entry<Value>): void {
    let hole = 0;
    for (;;) {
      const left = this.heap[2 * hole + 1];
      const right = this.heap[2 * hole + 2];
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(entry, child)) break;
      this.heap[hole] = child;
      hole = child === left ? 2 * hole + 1 : 2 * hole + 2;
    }
    this.heap[hole] = entry;
  }
}

const isBefore = (left: Entry<unknown>, right: Entry<unknown>): boolean =>
  left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
