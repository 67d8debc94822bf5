import { startActivityBench, type ActivityBench } from '../support/activity-bench';
import { corrupt } from './corruption';

const SEED = 1;
/** As many as take some 15 s of computing; `npm run test:corruption` injects 10,000. */
const INJECTIONS = 500;

let bench: ActivityBench;
beforeAll(async () => {
  bench = await startActivityBench();
});
afterAll(() => bench.close());

test('of 500 flipped bits and cut answers not one is accepted', async () => {
  const { spoilt, found, accepted, verified, refused } = await corrupt(bench, SEED, INJECTIONS);
  expect(accepted).toEqual([]);
  expect(spoilt).toBeGreaterThanOrEqual(INJECTIONS);
  expect(found).toBe(spoilt);
  expect(verified).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
}, 300_000);
