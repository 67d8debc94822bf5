/**
 * A worker process whose activities cost nothing: the real workflows, and the options of workers/create.ts.
 * Started by fake-run.ts; its arguments are the role and the FakePlan.
 */
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { BYTES_QUEUE, CONTROL_QUEUE } from '../../../src/ids';
import { connectClient, connectWorker } from '../../../src/temporal/connect';
import { workflowBundleFile, workflowBundlePath } from '../../../src/temporal/workflow-bundle';
import { fakeBytes, fakeControl, type FakePlan } from './fake-activities';

async function work(role: string, plan: FakePlan): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: ['SIGTERM'] });
  const place = await connectWorker();
  const heartbeats = {
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
  } as const;
  const worker =
    role === 'control'
      ? await Worker.create({
          ...place,
          ...heartbeats,
          taskQueue: CONTROL_QUEUE,
          workflowBundle: { codePath: workflowBundlePath(workflowBundleFile) },
          activities: fakeControl(plan, await connectClient()),
          maxConcurrentActivityTaskExecutions: 50,
          maxCachedWorkflows: 500,
        })
      : await Worker.create({
          ...place,
          ...heartbeats,
          taskQueue: BYTES_QUEUE,
          activities: fakeBytes(plan),
          maxConcurrentActivityTaskExecutions: 8,
        });
  process.stdout.write('working\n');
  await worker.run();
  process.exit();
}

void work(process.argv[2] ?? '', JSON.parse(process.argv[3] ?? '') as FakePlan);
