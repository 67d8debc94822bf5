import { startActivityBench, type ActivityBench } from '../support/activity-bench';
import { corrupt } from './corruption';

const SEED = 1;
/** `npm run test:corruption` injects 10,000. */
const INJECTIONS = 500;

let bench: ActivityBench;
beforeAll(async () => {
  bench = await startActivityBench();
});
afterAll(() => bench.close());

test('none of 500 bit-flipped or truncated responses is accepted', async () => {
  const { corrupted, found, accepted, verified, rejected } = await corrupt(bench, SEED, INJECTIONS);
  expect(accepted).toEqual([]);
  expect(corrupted).toBeGreaterThanOrEqual(INJECTIONS);
  expect(found).toBe(corrupted);
  expect(verified).toBeGreaterThan(0);
  expect(rejected).toBeGreaterThan(0);
}, 300_000);
