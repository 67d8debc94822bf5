/** A worker process for the bare workflows, started by bare-run.ts. */
import { join } from 'node:path';
import { activityInfo } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { connectClient, connectWorker } from '../../../../src/temporal/connect';
import { CAPACITY } from '../../../../workers/create';

export const BARE_QUEUE = 'bare';

const bareActivities = (client: Client) => ({
  /** Signals its workflow, as the bridge would. */
  request: async (): Promise<void> => {
    const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
    await client.workflow.getHandle(workflowId).signal('done');
  },
  move: async (): Promise<void> => undefined,
});

export type BareActivities = ReturnType<typeof bareActivities>;

async function work(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: ['SIGTERM'] });
  const worker = await Worker.create({
    ...(await connectWorker()),
    ...CAPACITY.control,
    taskQueue: BARE_QUEUE,
    workflowsPath: join(__dirname, 'workflows.js'),
    activities: bareActivities(await connectClient()),
  });
  process.stdout.write('working\n');
  await worker.run();
  process.exit();
}

if (require.main === module) void work();
