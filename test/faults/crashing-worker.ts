/**
 * A worker process that kills itself at a crash point, as its order says. It has no last words: nothing is released, no
 * socket is closed in good order, no promise settles. Started by worker-process.ts; the role is its only argument.
 */
import { writeSync } from 'node:fs';
import { destination, pino } from 'pino';
import { onCrashPoint } from '../../src/crash-points';
import { startWorkers, type Role } from '../../workers/start';
import { obey, ORDER_VARIABLE, type CrashOrder } from './crash-order';

/** The parent listens here: Temporal's own library writes its log to standard output. */
const LAST_WORD = 3;

const order = process.env[ORDER_VARIABLE];
if (order !== undefined) {
  const isDue = obey(JSON.parse(order) as CrashOrder);
  onCrashPoint((point) => {
    if (!isDue(point)) return;
    writeSync(LAST_WORD, point);
    process.kill(process.pid, 'SIGKILL');
    // The signal is on its way; not one more step until it arrives.
    for (;;);
  });
}

// Whoever started it has gone: nobody would ever end it.
process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGKILL'));

async function work(): Promise<void> {
  const log = pino({ level: 'info' }, destination({ dest: 2, sync: true }));
  const workers = await startWorkers({ role: process.argv[2] as Role, buildId: null, log });
  process.once('SIGTERM', () => void workers.stop());
  await workers.done;
  process.exit();
}

void work();
