/**
 * A worker process whose activities cost nothing: the real workflows, and the capacity of workers/create.ts.
 * Started by fake-run.ts; its arguments are the role and the FakePlan.
 */
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { BYTES_QUEUE, CONTROL_QUEUE } from '../../../src/ids';
import { connectClient, connectWorker } from '../../../src/temporal/connect';
import { workflowBundleFile, workflowBundlePath } from '../../../src/temporal/paths';
import { CAPACITY } from '../../../workers/create';
import { fakeBytes, fakeControl, type FakePlan } from './fake-activities';

async function work(role: string, plan: FakePlan): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: ['SIGTERM'] });
  const place = await connectWorker();
  const worker =
    role === 'control'
      ? await Worker.create({
          ...place,
          ...CAPACITY.control,
          taskQueue: CONTROL_QUEUE,
          workflowBundle: { codePath: workflowBundlePath(workflowBundleFile) },
          activities: fakeControl(plan, await connectClient()),
        })
      : await Worker.create({
          ...place,
          ...CAPACITY.transfer,
          taskQueue: BYTES_QUEUE,
          activities: fakeBytes(plan),
        });
  process.stdout.write('working\n');
  await worker.run();
  process.exit();
}

void work(process.argv[2] ?? '', JSON.parse(process.argv[3] ?? '') as FakePlan);
