/** Order of keys in S3: by their UTF-8 bytes, which is the order of code points and not that of JavaScript strings. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF, so they go behind U+E000..U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** The keys of a bucket in order. Changes are collected and merged on the next read. */
export class KeyOrder {
  private sorted: readonly string[] = [];
  private readonly added = new Set<string>();
  private readonly removed = new Set<string>();

  add(key: string): void {
    if (!this.removed.delete(key)) this.added.add(key);
  }

  remove(key: string): void {
    if (!this.added.delete(key)) this.removed.add(key);
  }

  /** Do not keep it: the next change makes it stale. */
  keys(): readonly string[] {
    if (this.added.size > 0 || this.removed.size > 0) {
      const kept = this.sorted.filter((key) => !this.removed.has(key));
      this.sorted = [...kept, ...this.added].sort(compareKeys);
      this.added.clear();
      this.removed.clear();
    }
    return this.sorted;
  }
}

/** Index of the first key for which `reached` holds; `reached` must stay true from there on. */
export function seek(keys: readonly string[], reached: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(keys[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}
