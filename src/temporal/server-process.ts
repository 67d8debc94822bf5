import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs the server ($@) and kills it when our standard input ends, which the kernel guarantees however our parent
 * dies, SIGKILL included. Its exit status becomes ours, and its files are readable by its user only.
 */
const GUARD = `
umask 077
exec 3<&0
"$@" 3<&- </dev/null & server=$!
{ cat <&3; kill "$server"; } >/dev/null 2>&1 &
wait "$server"
`;

const LOG_TAIL_LINES = 10;

export interface ServerProcess {
  /** Settles when the server has exited, for any reason. */
  readonly exited: Promise<void>;
  /** Its last output, for error messages. */
  readonly logTail: () => string;
  /** Stops it, kills it after the grace period, and waits until it has exited. Can be called more than once. */
  readonly stop: (graceMs: number) => Promise<void>;
}

/**
 * Starts a server that cannot outlive this process and does not receive the terminal's Ctrl-C: it has its own
 * session, so workers can finish before {@link ServerProcess.stop} stops their server.
 * Its output is appended to the log file. The log and its folder are created with access for this user only.
 */
export function startServerProcess(command: readonly string[], logFile: string): ServerProcess {
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
  const log = openSync(logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', ...command], { detached: true, stdio: ['pipe', log, log] });
  closeSync(log);
  const exited = once(guard, 'exit').then(
    () => undefined,
    () => undefined,
  );
  const stop = async (graceMs: number): Promise<void> => {
    guard.stdin?.destroy();
    const killer = setTimeout(() => guard.pid !== undefined && process.kill(-guard.pid, 'SIGKILL'), graceMs);
    await exited.finally(() => clearTimeout(killer));
  };
  const logTail = (): string =>
    readFileSync(logFile).subarray(logStart).toString('utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  return { exited, stop, logTail };
}
