/** `npm run test:faults -- --seed 7 --archives 10000 --kills 1000`: see docs/testing.md. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { CrashPlan } from './crash-plan';
import { drawFaults, NO_FAULTS } from './fault-script';
import { runWithFaults } from './fault-run';
import { reportLines, printKills } from './report';
import { withTemporal } from './temporal-server';
import { wholeNumber } from './whole-numbers';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    archives: { type: 'string', default: '500' },
    kills: { type: 'string', default: '25' },
    updates: { type: 'string', default: '5' },
    cancel: { type: 'boolean', default: false },
    'kills-only': { type: 'boolean', default: false },
  },
});
const { seed } = values;
const archives = wholeNumber('archives', values.archives);
const kills = wholeNumber('kills', values.kills);
const updates = { updates: wholeNumber('updates', values.updates), cancel: values.cancel };
const faults = values['kills-only'] ? NO_FAULTS : drawFaults(seed);
console.log(`seed                 ${seed}`);

void withTemporal(async () => {
  const crashes = new CrashPlan(seed, kills, archives);
  const rehearsed = await runWithFaults({ seed, archives, faults, crashes, updates, onKill: printKills() });
  console.log(reportLines(rehearsed).join('\n'));
  if (rehearsed.violations.length > 0) process.exitCode = 1;
});
