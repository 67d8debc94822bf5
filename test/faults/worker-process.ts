import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { CrashPoint } from '../../src/crash-points';
import { packageRoot } from '../../src/temporal/paths';
import type { Role } from '../../workers/start';
import { COMMAND_VARIABLE, type CrashCommand } from './crash-command';

const ENTRY = join(packageRoot, 'dist/test/faults/crashing-worker.js');

/** How a worker process ended. */
export interface WorkerEnd {
  readonly pid: number;
  readonly atMs: number;
  /** Where it killed itself; null: it ended for another reason. */
  readonly point: CrashPoint | null;
  readonly reason: string;
}

export interface WorkerProcess {
  readonly ended: Promise<WorkerEnd>;
  /** Kills it with SIGKILL. */
  kill(): void;
}

/**
 * Starts the product's workers in a process of their own.
 * @param onLog what it writes to standard output and standard error
 * @throws Error when the tests have not been compiled
 */
export function startWorkerProcess(
  role: Role,
  order: CrashCommand | null,
  environment: Readonly<Record<string, string>>,
  onLog: (bytes: Buffer) => void,
): WorkerProcess {
  if (!existsSync(ENTRY)) throw new Error(`${ENTRY} is missing: run npx tsc.`);
  const child = spawn(process.execPath, [ENTRY, role], {
    env: {
      ...process.env,
      ...environment,
      ...(order === null ? {} : { [COMMAND_VARIABLE]: JSON.stringify(order) }),
    },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  child.stdout?.on('data', onLog);
  child.stderr?.on('data', onLog);
  return { ended: endOf(child), kill: () => void child.kill('SIGKILL') };
}

async function endOf(child: ChildProcess): Promise<WorkerEnd> {
  let crashPoint = '';
  (child.stdio[3] as Readable).on('data', (bytes: Buffer) => (crashPoint += bytes.toString('utf8')));
  let atMs = 0;
  child.once('exit', () => (atMs = Date.now()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return {
    pid: child.pid ?? 0,
    atMs,
    point: crashPoint === '' ? null : (crashPoint as CrashPoint),
    reason: `exit ${signal ?? code}`,
  };
}
