import { hash } from 'node:crypto';

const WARM_UP_STEPS = 12;

/** The start of the random numbers for one purpose, for every position. */
export type DrawKey = readonly [number, number];

/** @param purpose makes the numbers of one position independent of those for other purposes */
export function drawKey(seed: string, purpose: string): DrawKey {
  const digest = hash('sha256', `${purpose}\0${seed}`, 'buffer');
  return [digest.readInt32LE(0), digest.readInt32LE(4)];
}

/**
 * The random numbers that belong to a position: Chris Doty-Humphrey's sfc32. Our own implementation, because journals hold only the
 * seed: a library update must never change the numbers.
 */
export class Draws {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(key: DrawKey, position: number) {
    [this.a, this.b] = key;
    this.c = position | 0;
    for (let step = 0; step < WARM_UP_STEPS; step++) this.bits32();
  }

  /** At least 0, below 1. */
  fraction(): number {
    return (this.bits32() * 2 ** 21 + (this.bits32() >>> 11)) / 2 ** 53;
  }

  /** A whole number, at least 0 and below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** @throws RangeError when there is nothing to pick */
  pick<Item>(items: readonly Item[]): Item {
    return picked(items[this.below(items.length)]);
  }

  /** A random item by weight. @throws RangeError when there is nothing to pick */
  pickByWeight<Item extends { readonly weight: number }>(items: readonly Item[]): Item {
    if (items.length === 1) return picked(items[0]);
    let rest = this.fraction() * items.reduce((sum, { weight }) => sum + weight, 0);
    return picked(items.find(({ weight }) => (rest -= weight) < 0) ?? items.at(-1));
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.bits32().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }

  private bits32(): number {
    const drawn = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }
}

function picked<Item>(item: Item | undefined): Item {
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
}
