import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';
import { originOf } from '../src/failure-origin';

/** A transfer worker is meant to have no workflows. */
const isExpected = (message: string): boolean => message.startsWith('No workflows registered');

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/** Writes a line of the SDK's into our log; that of a failed activity says which archive or shard it was about. */
export function writeEntry(log: Logger, { level, message, meta }: Pick<LogEntry, 'level' | 'message' | 'meta'>): void {
  // The token is hundreds of characters that say nothing to people.
  const { taskToken: _taskToken, ...fields } = (meta ?? {}) as {
    readonly taskToken?: unknown;
    readonly error?: unknown;
  };
  log[isExpected(message) ? 'debug' : LEVELS[level]]({ ...fields, ...originOf(fields.error)?.subject }, message);
}

let installed = false;

/** Sends the SDK's own log through ours, with that of its native part. Once per process, before the first connection. */
export function installRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('INFO', (entry) => writeEntry(log, entry)),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    // The CLI turns signals into an orderly end.
    shutdownSignals: [],
  });
}
