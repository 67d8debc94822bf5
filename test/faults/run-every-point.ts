/** `npm run test:crash-points`: kills a process once at every crash point and checks the result with the oracle. See docs/testing.md. */
import { EveryPoint } from './crash-plan';
import { FEW_FAULTS } from './fault-script';
import { runWithFaults } from './fault-run';
import { reportLines, printKills } from './report';
import { withTemporal } from './temporal-server';

const ARCHIVES = 130;

void withTemporal(async () => {
  const crashes = new EveryPoint();
  const rehearsed = await runWithFaults({
    seed: 'every point',
    archives: ARCHIVES,
    faults: FEW_FAULTS,
    crashes,
    updates: { updates: 0, cancel: false },
    onKill: printKills(),
  });
  console.log(reportLines(rehearsed).join('\n'));
  if (crashes.unseen.size > 0) console.log(`never reached        ${[...crashes.unseen].join(', ')}`);
  if (rehearsed.violations.length > 0 || crashes.unseen.size > 0) process.exitCode = 1;
});
