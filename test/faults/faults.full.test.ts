import { CRASH_POINTS } from '../../src/crash-points';
import { CrashPlan } from './crash-plan';
import { drawFaults } from './fault-script';
import { runWithFaults } from './fault-run';
import { reportLines } from './report';

const SEED = '7';
const ARCHIVES = 500;
const KILLS = 25;
const UPDATES = { updates: 3, cancel: false };

test('no archive of 500 is lost under faults of every kind and 25 killed worker processes', async () => {
  const crashes = new CrashPlan(SEED, KILLS, ARCHIVES);
  const rehearsed = await runWithFaults({
    seed: SEED,
    archives: ARCHIVES,
    faults: drawFaults(SEED),
    crashes,
    updates: UPDATES,
  });
  process.stdout.write(`${reportLines(rehearsed).join('\n')}\n`);
  expect(rehearsed.violations).toEqual([]);
  expect(rehearsed.kills).toHaveLength(KILLS);
  for (const { point } of rehearsed.kills) expect(CRASH_POINTS).toContain(point);
  expect([...rehearsed.injected.values()].reduce((sum, times) => sum + times)).toBeGreaterThan(100);
}, 900_000);
