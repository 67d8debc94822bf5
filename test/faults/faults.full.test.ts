import { CRASH_POINTS } from '../../src/crash-points';
import { CrashPlan } from './crash-plan';
import { drawFaults } from './fault-script';
import { rehearse } from './rehearsal';
import { reportLines } from './report';

const SEED = '7';
const ARCHIVES = 500;
const KILLS = 25;
const PEOPLE = { orders: 3, cancel: false };

test('of 500 archives none is lost, whatever goes wrong and wherever 25 processes die', async () => {
  const orders = new CrashPlan(SEED, KILLS, ARCHIVES);
  const rehearsed = await rehearse({
    seed: SEED,
    archives: ARCHIVES,
    faults: drawFaults(SEED),
    orders,
    people: PEOPLE,
  });
  process.stdout.write(`${reportLines(rehearsed).join('\n')}\n`);
  expect(rehearsed.violations).toEqual([]);
  expect(rehearsed.kills).toHaveLength(KILLS);
  for (const { point } of rehearsed.kills) expect(CRASH_POINTS).toContain(point);
  expect([...rehearsed.injected.values()].reduce((sum, times) => sum + times)).toBeGreaterThan(100);
}, 900_000);
