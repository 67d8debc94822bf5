import * as fc from 'fast-check';
import { LEAF_BYTES } from '../domain/tree-hash';
import { LeafPool } from './leaf-pool';

const NEVER = new AbortController().signal;
/** Runs all pending callbacks. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Reserves and records when it is admitted. */
function ask(pool: LeafPool, leaves: number, order: string[], name: string, signal = NEVER) {
  return pool.reserve(leaves * LEAF_BYTES, signal).then((reserved) => {
    order.push(name);
    return reserved;
  });
}

test('the leaf pool reserves as many whole leaves as the bytes need', async () => {
  const pool = new LeafPool(4 * LEAF_BYTES);
  const leaves = await pool.reserve(2 * LEAF_BYTES + 1, NEVER);
  expect(leaves.map((leaf) => leaf.length)).toEqual([LEAF_BYTES, LEAF_BYTES, LEAF_BYTES]);
});

test('the leaf pool admits reservations in order: a small one does not overtake a waiting large one', async () => {
  const pool = new LeafPool(4 * LEAF_BYTES);
  const order: string[] = [];
  const first = await ask(pool, 3, order, 'first');
  const large = ask(pool, 4, order, 'large');
  const small = ask(pool, 1, order, 'small');
  await settle();
  expect(order).toEqual(['first']);
  pool.release(first);
  pool.release(await large);
  pool.release(await small);
  expect(order).toEqual(['first', 'large', 'small']);
});

test('a reservation larger than the leaf pool is admitted alone', async () => {
  const pool = new LeafPool(2 * LEAF_BYTES);
  const order: string[] = [];
  const small = await ask(pool, 1, order, 'small');
  const huge = ask(pool, 5, order, 'huge');
  const later = ask(pool, 1, order, 'later');
  await settle();
  expect(order).toEqual(['small']);
  pool.release(small);
  const leaves = await huge;
  await settle();
  expect(leaves).toHaveLength(5);
  expect(order).toEqual(['small', 'huge']);
  pool.release(leaves);
  pool.release(await later);
});

test('an aborted reservation leaves the queue with the reason, and the next one is admitted', async () => {
  const pool = new LeafPool(2 * LEAF_BYTES);
  const order: string[] = [];
  const held = await ask(pool, 1, order, 'held');
  const aborting = new AbortController();
  const aborted = ask(pool, 2, order, 'aborted', aborting.signal);
  const next = ask(pool, 1, order, 'next');
  const reason = new Error('cancelled');
  aborting.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  await next;
  await expect(pool.reserve(1, aborting.signal)).rejects.toBe(reason);
  expect([held.length, order]).toEqual([1, ['held', 'next']]);
});

test('an abort after the admission has no effect', async () => {
  const pool = new LeafPool(LEAF_BYTES);
  const aborting = new AbortController();
  const leaves = await pool.reserve(1, aborting.signal);
  aborting.abort();
  const order: string[] = [];
  const next = ask(pool, 1, order, 'next');
  await settle();
  expect(order).toEqual([]);
  pool.release(leaves);
  await next;
});

test('the leaf pool never exceeds its capacity, admits all reservations and reuses buffers', async () => {
  const part = fc.record({ leaves: fc.integer({ min: 1, max: 4 }), abort: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 30 }), async (parts) => {
      const pool = new LeafPool(4 * LEAF_BYTES);
      const buffers = new Set<Buffer>();
      const used = new Set<Buffer>();
      let taken = 0;
      const ends = parts.map(async ({ leaves, abort }) => {
        const aborting = new AbortController();
        const reserved = pool.reserve(leaves * LEAF_BYTES, aborting.signal);
        if (abort) aborting.abort(new Error('enough'));
        const mine = await reserved;
        taken += mine.length;
        expect(taken).toBeLessThanOrEqual(4);
        expect(mine.some((buffer) => used.has(buffer))).toBe(false);
        for (const buffer of mine) used.add(buffer);
        for (const buffer of mine) buffers.add(buffer);
        await settle();
        for (const buffer of mine) used.delete(buffer);
        taken -= mine.length;
        pool.release(mine);
      });
      const results = await Promise.allSettled(ends);
      for (const [number, result] of results.entries()) {
        const reason = result.status === 'rejected' ? (result.reason as Error).message : 'none';
        expect(['none', parts[number]?.abort === true ? 'enough' : 'none']).toContain(reason);
      }
      expect(buffers.size).toBeLessThanOrEqual(4);
    }),
    { numRuns: 60 },
  );
});
