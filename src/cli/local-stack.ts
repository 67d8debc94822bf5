import { join } from 'node:path';
import type { Logger } from 'pino';
import { startWorkers, type RunningWorkers } from '../../workers/start';
import { startSandbox, type SandboxOptions } from '../sandbox';
import { loadDevSettings } from '../temporal/dev-settings';
import { startDevServer, type DevServer } from '../temporal/dev-server';
import { findExecutable } from '../temporal/find-server';
import { pointThisProcessAt, sandboxEnvironment, temporalEnvironment } from './local-environment';
import type { Teardown } from './teardown';

export interface StackOptions {
  /** Folder of the sandbox and of Temporal's database. */
  readonly dataDir: string;
  /** Port of the sandbox; 0 for any free one. */
  readonly sandboxPort: number;
  readonly delaysMs?: NonNullable<SandboxOptions['delaysMs']>;
  readonly log: Logger;
  /** Receives lines for the person who waits. */
  readonly say: (line: string) => void;
  /** Aborted when the person does not want to wait any longer. */
  readonly signal: AbortSignal;
}

export interface LocalStack {
  readonly temporal: DevServer;
  readonly workers: RunningWorkers;
  /** What points other processes at this stack; this one is pointed at it already. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts a Temporal server, a sandbox and the workers in front of them, and points this process at them, whatever
 * its AWS_* and TEMPORAL_* variables said. Each thing that has started is in `teardown` at once.
 */
export async function startLocalStack(options: StackOptions, teardown: Teardown): Promise<LocalStack> {
  const { dataDir, signal, log } = options;
  const temporal = await startDevServer({
    executable: await findExecutable(options.say),
    settings: loadDevSettings(),
    databaseFile: join(dataDir, 'temporal.db'),
  });
  teardown.add('the Temporal server', () => temporal.stop());
  signal.throwIfAborted();

  const { delaysMs } = options;
  const sandbox = await startSandbox({
    dataDir: join(dataDir, 'sandbox'),
    port: options.sandboxPort,
    ...(delaysMs === undefined ? {} : { delaysMs }),
  });
  teardown.add('the sandbox', () => sandbox.close());
  signal.throwIfAborted();

  const environment = { ...sandboxEnvironment(sandbox.endpoint), ...temporalEnvironment(temporal) };
  pointThisProcessAt(environment);
  const workers = await startWorkers({ role: 'all', log });
  teardown.add('the workers', () => workers.stop());
  signal.throwIfAborted();
  return { temporal, workers, environment };
}
