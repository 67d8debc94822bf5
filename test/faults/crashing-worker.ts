/**
 * A worker process that kills itself at the crash point in its command, without cleanup: nothing is released, no socket
 * is closed properly, no promise settles. Started by worker-process.ts; the role is its only argument.
 */
import { writeSync } from 'node:fs';
import { destination, pino } from 'pino';
import { onCrashPoint } from '../../src/crash-points';
import { startWorkers, type Role } from '../../workers/start';
import { crashDue, COMMAND_VARIABLE, type CrashCommand } from './crash-command';

/** The parent reads the crash point from this file descriptor: Temporal's core logs to standard output. */
const CRASH_POINT_FD = 3;

const command = process.env[COMMAND_VARIABLE];
if (command !== undefined) {
  const isDue = crashDue(JSON.parse(command) as CrashCommand);
  onCrashPoint((point) => {
    if (!isDue(point)) return;
    writeSync(CRASH_POINT_FD, point);
    process.kill(process.pid, 'SIGKILL');
    // Block until the signal arrives.
    for (;;);
  });
}

// The parent is gone, so nothing else would end this process.
process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGKILL'));

async function work(): Promise<void> {
  const log = pino({ level: 'info' }, destination({ dest: 2, sync: true }));
  const workers = await startWorkers({ role: process.argv[2] as Role, buildId: null, log });
  process.once('SIGTERM', () => void workers.stop());
  await workers.done;
  process.exit();
}

void work();
