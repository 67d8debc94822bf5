import type { Logger } from 'pino';
import { createDependencies } from '../activities/dependencies';
import { createClients } from '../src/aws/clients';
import { connectClient, connectWorker } from '../src/temporal/connect';
import { codecWorkflowBundleFile, workflowBundleFile, workflowBundlePath } from '../src/temporal/paths';
import { VERSION } from '../src/version';
import { Bridge } from './bridge';
import { createControlWorker, createTransferWorker, deploymentOf } from './create';
import { createDeliverNotices } from './deliver-notices';
import { createRunControl } from './run-control';
import { installRuntime } from './runtime';

export type Role = 'all' | 'control' | 'transfer' | 'bridge';

export interface RunningWorkers {
  /** Settles when the workers have stopped; rejects if one of them failed. */
  readonly done: Promise<void>;
  /** Accepts no more work, and waits for the work in progress. */
  stop(): Promise<void>;
}

/**
 * Starts the workers of a role in this process. Temporal and AWS are configured by their standard variables.
 * @throws TemporalConnectionError; Error if the workflow bundle has not been built
 */
export async function startWorkers({
  role,
  buildId,
  log,
}: {
  readonly role: Role;
  /** Build id of these workers for worker versioning; null without versioning. */
  readonly buildId: string | null;
  readonly log: Logger;
}): Promise<RunningWorkers> {
  const client = await connectClient();
  // Only once there is a server: the runtime keeps the process alive until a connection closes.
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
  // If one part fails, the others stop too: a supervisor restarts the whole process.
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
