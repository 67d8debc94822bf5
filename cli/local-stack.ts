import { join } from 'node:path';
import type { Logger } from 'pino';
import { startWorkers, type RunningWorkers } from '../workers/start';
import { sandboxEnvironment, startSandbox } from 'glacier-sandbox';
import { loadDevSettings } from '../src/temporal/dev-settings';
import { startDevServer, type DevServer } from '../src/temporal/dev-server';
import { findExecutable } from '../src/temporal/temporal-cli-executable';
import { pointThisProcessAt, temporalEnvironment } from './local-environment';
import type { Teardown } from './teardown';

export interface ServerOptions {
  /** Folder of the sandbox and of Temporal's database. */
  readonly dataDir: string;
  /** Port of the sandbox; 0 for any free one. */
  readonly sandboxPort: number;
  /** Receives progress lines. */
  readonly say: (line: string) => void;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

export interface LocalServers {
  readonly temporal: DevServer;
  /** Environment that points other processes at these servers; this one already uses them. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts a Temporal server and a sandbox, and points this process at them, overriding AWS_* and TEMPORAL_* variables.
 * Everything started is added to `teardown` at once.
 */
export async function startLocalServers(options: ServerOptions, teardown: Teardown): Promise<LocalServers> {
  const { dataDir, sandboxPort, signal } = options;
  const temporal = await startDevServer({
    executable: await findExecutable(options.say),
    settings: loadDevSettings(),
    databaseFile: join(dataDir, 'temporal.db'),
  });
  teardown.add('the Temporal server', () => temporal.stop());
  signal.throwIfAborted();

  const sandbox = await startSandbox({ dataDir: join(dataDir, 'sandbox'), port: sandboxPort });
  teardown.add('the sandbox', () => sandbox.close());
  signal.throwIfAborted();

  const environment = { ...sandboxEnvironment(sandbox.endpoint), ...temporalEnvironment(temporal) };
  pointThisProcessAt(environment);
  return { temporal, environment };
}

/** Starts the workers in this process; `teardown` drains them. */
export async function startLocalWorkers(log: Logger, teardown: Teardown): Promise<RunningWorkers> {
  const workers = await startWorkers({ role: 'all', buildId: null, log });
  teardown.add('the workers', () => workers.stop());
  return workers;
}
