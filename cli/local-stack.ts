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
  /** Receives lines for the person who waits. */
  readonly say: (line: string) => void;
  /** Aborted when the person does not want to wait any longer. */
  readonly signal: AbortSignal;
}

export interface LocalServers {
  readonly temporal: DevServer;
  /** What points other processes at these servers; this one is pointed at them already. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts a Temporal server and a sandbox, and points this process at them, whatever its AWS_* and TEMPORAL_* variables
 * said. Each thing that has started is in `teardown` at once.
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

/** Starts the workers in this process; `teardown` lets them end what they have begun. */
export async function startLocalWorkers(log: Logger, teardown: Teardown): Promise<RunningWorkers> {
  const workers = await startWorkers({ role: 'all', buildId: null, log });
  teardown.add('the workers', () => workers.stop());
  return workers;
}
