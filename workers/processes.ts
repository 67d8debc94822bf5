import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { RunningWorkers } from './start';

/**
 * While its heap is small, V8 runs full collections for the many small buffers of a byte stream: measured, -26 % CPU with
 * this flag. NODE_OPTIONS rejects it, so it is on the command line.
 */
const NODE_FLAGS = ['--initial-old-space-size=256'];
const RESTART_MS = 1_000;

/** Starts further processes of the role transfer, one for each core to use. A process that dies is restarted. */
export function startTransferProcesses(count: number, buildId: string | null, log: Logger): RunningWorkers {
  const main = join(__dirname, '..', 'cli', 'main.js');
  const version = buildId === null ? [] : ['--build-id', buildId];
  const stopping = new AbortController();
  const children = new Set<ChildProcess>();

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const child = spawn(process.execPath, [...NODE_FLAGS, main, 'worker', '--role', 'transfer', ...version], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      children.add(child);
      const end = await new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code, signal) => resolve(`exit ${signal ?? code}`));
      });
      children.delete(child);
      if (stopping.signal.aborted) return;
      log.error({ pid: child.pid, end }, 'a transfer process died; starting another one');
      await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
    }
  };

  const done = Promise.all(Array.from({ length: count }, run)).then(() => undefined);
  return {
    done,
    stop: async () => {
      stopping.abort();
      for (const child of children) child.kill('SIGTERM');
      await done;
    },
  };
}
