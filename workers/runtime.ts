import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';
import { originOf } from '../src/failure-origin';

/** A transfer worker has no workflows by design. */
const isExpected = (message: string): boolean => message.startsWith('No workflows registered');

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/** Writes an entry of the SDK to our log; a failed activity is logged with its archive or shard. */
export function writeEntry(log: Logger, { level, message, meta }: Pick<LogEntry, 'level' | 'message' | 'meta'>): void {
  // The token is hundreds of characters without meaning for people.
  const { taskToken: _taskToken, ...fields } = (meta ?? {}) as {
    readonly taskToken?: unknown;
    readonly error?: unknown;
  };
  log[isExpected(message) ? 'debug' : LEVELS[level]]({ ...fields, ...originOf(fields.error)?.subject }, message);
}

let installed = false;

/** Forwards the log of the SDK, including its native part, to ours. Once per process, before the first connection. */
export function installRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('INFO', (entry) => writeEntry(log, entry)),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    // The CLI handles signals with an orderly shutdown.
    shutdownSignals: [],
  });
}
