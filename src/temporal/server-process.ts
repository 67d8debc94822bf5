import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs the server ($@) and kills it when our standard input ends, which the kernel sees to however our parent
 * dies, SIGKILL included. The server's own exit status becomes ours.
 */
const GUARD = `
exec 3<&0
"$@" 3<&- </dev/null & server=$!
{ cat <&3; kill "$server"; } >/dev/null 2>&1 &
wait "$server"
`;

/** Beyond this the server is killed outright. It takes about one second to stop (measured). */
const STOP_LIMIT_MS = 10_000;
const LOG_TAIL_LINES = 10;

export interface ServerProcess {
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Its last output, for error messages. */
  readonly logTail: () => string;
  /** Asks it to end, and waits until it has. May be called more than once. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server that cannot outlive this process, and that Ctrl-C in our terminal does not reach: it has a
 * session of its own, so workers can finish before {@link ServerProcess.stop} takes their server away.
 * Its output is appended to the log file.
 */
export function startServerProcess(command: readonly string[], logFile: string): ServerProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  const logStart = fstatSync(log).size;
  const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', ...command], { detached: true, stdio: ['pipe', log, log] });
  closeSync(log);
  const exited = once(guard, 'exit').then(
    () => undefined,
    () => undefined,
  );
  const stop = async (): Promise<void> => {
    guard.stdin?.destroy();
    const limit = setTimeout(() => guard.pid !== undefined && process.kill(-guard.pid, 'SIGKILL'), STOP_LIMIT_MS);
    await exited.finally(() => clearTimeout(limit));
  };
  const logTail = (): string =>
    readFileSync(logFile).subarray(logStart).toString('utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  return { exited, stop, logTail };
}
