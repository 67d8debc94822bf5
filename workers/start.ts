import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createDependencies } from '../activities/dependencies';
import { createClients } from '../src/aws/clients';
import { originOf } from '../src/failure-origin';
import { connectClient, connectWorker } from '../src/temporal/connect';
import { codecWorkflowBundleFile, workflowBundleFile, workflowBundlePath } from '../src/temporal/paths';
import { VERSION } from '../src/version';
import { Bridge } from './bridge';
import { createControlWorker, createTransferWorker, deploymentOf } from './create';
import { createDeliverNotices } from './deliver-notices';
import { createRunControl } from './run-control';

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

export type Role = 'all' | 'control' | 'transfer' | 'bridge';

export interface RunningWorkers {
  /** Settles when the workers have ended; rejects when one of them could not go on. */
  readonly done: Promise<void>;
  /** Takes no more work, ends what has been begun, and waits for it. */
  stop(): Promise<void>;
}

/**
 * Starts what a role consists of, in this process. Temporal and AWS are found through their standard variables.
 * @throws TemporalConnectionError; Error when the workflow bundle has not been built
 */
export async function startWorkers({
  role,
  buildId,
  log,
}: {
  readonly role: Role;
  /** Version of these workers among those of other versions; null: there are no versions. */
  readonly buildId: string | null;
  readonly log: Logger;
}): Promise<RunningWorkers> {
  const client = await connectClient();
  // Not before there is a server: without a connection that closes, the runtime keeps the process from ending.
  installRuntime(log);
  const place = { ...(await connectWorker()), ...deploymentOf(buildId) };
  const encoded = place.dataConverter?.failureConverterPath !== undefined;
  const bundlePath = workflowBundlePath(encoded ? codecWorkflowBundleFile : workflowBundleFile);
  const clients = createClients();
  const dependencies = createDependencies(clients, { ...createRunControl(client), softwareVersion: VERSION });
  const does = (part: Role): boolean => role === 'all' || role === part;

  const workers = [
    ...(does('control') ? [await createControlWorker(place, dependencies, bundlePath)] : []),
    ...(does('transfer') ? [await createTransferWorker(place, dependencies)] : []),
  ];
  const bridge = does('bridge') ? new Bridge({ sqs: clients.sqs, deliver: createDeliverNotices(client), log }) : null;
  const running = [...workers.map((worker) => worker.run()), ...(bridge === null ? [] : [bridge.run()])];

  const release = async (): Promise<void> => {
    clients.destroy();
    await client.connection.close();
    await place.connection.close();
  };
  const stopAll = (): void => {
    bridge?.stop();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  // When one part fails, the others end too: a supervisor restarts the whole.
  const done = Promise.all(running.map((part) => part.finally(stopAll))).then(release, async (error: unknown) => {
    await Promise.allSettled(running);
    await release();
    throw error;
  });
  return {
    done,
    stop: async () => {
      stopAll();
      await done;
    },
  };
}
