/** `npm run test:crash-points`: kills a process once at every crash point, and lets the oracle look. See docs/testing.md. */
import { EveryPoint } from './crash-plan';
import { FEW_FAULTS } from './fault-script';
import { rehearse } from './rehearsal';
import { reportLines, tellKills } from './report';
import { withTemporal } from './temporal-server';

const ARCHIVES = 130;

void withTemporal(async () => {
  const orders = new EveryPoint();
  const rehearsed = await rehearse({
    seed: 'every point',
    archives: ARCHIVES,
    faults: FEW_FAULTS,
    orders,
    people: { orders: 0, cancel: false },
    onKill: tellKills(),
  });
  console.log(reportLines(rehearsed).join('\n'));
  if (orders.unseen.size > 0) console.log(`never reached        ${[...orders.unseen].join(', ')}`);
  if (rehearsed.violations.length > 0 || orders.unseen.size > 0) process.exitCode = 1;
});
