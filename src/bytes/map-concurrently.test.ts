import * as fc from 'fast-check';
import { mapConcurrently } from './map-concurrently';

const NEVER = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('mapConcurrently maps all items in order within the concurrency limit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (items, most) => {
      let working = 0;
      const results = await mapConcurrently(items, most, NEVER, async (turns) => {
        working += 1;
        expect(working).toBeLessThanOrEqual(most);
        for (let turn = 0; turn < turns; turn += 1) await settle();
        working -= 1;
        return turns * 2;
      });
      expect(results).toEqual(items.map((turns) => turns * 2));
    }),
    { numRuns: 40 },
  );
});

test('after a rejection mapConcurrently starts no item and awaits those in progress', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = mapConcurrently([0, 1, 2, 3], 2, NEVER, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error('no');
    await settle();
    await settle();
    ended.push(item);
  });
  await expect(work).rejects.toThrow('no');
  expect([begun, ended]).toEqual([[0, 1], [1]]);
});

test('an abort rejects mapConcurrently with the reason after the items in progress', async () => {
  const aborting = new AbortController();
  const reason = new Error('cancelled');
  const ended: number[] = [];
  const work = mapConcurrently([0, 1, 2], 1, aborting.signal, async (item) => {
    aborting.abort(reason);
    await settle();
    ended.push(item);
  });
  await expect(work).rejects.toBe(reason);
  expect(ended).toEqual([0]);
});
