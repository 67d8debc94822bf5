import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/** A transfer worker is meant to have no workflows. */
const isExpected = (message: string): boolean => message.startsWith('No workflows registered');

let installed = false;

/** Sends the SDK's own log through ours. Once per process, before the first connection. */
export function installRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) =>
      log[isExpected(message) ? 'debug' : levels[level]]({ ...meta }, message),
    ),
    // The CLI turns signals into an orderly end.
    shutdownSignals: [],
  });
}
