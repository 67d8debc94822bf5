import { randomUUID } from 'node:crypto';
import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { Workflow } from '@temporalio/common';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { google } from '@temporalio/proto';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { BytesActivities, ControlActivities } from '../../activities';
import { BYTES_QUEUE, CONTROL_QUEUE } from '../../src/ids';
import { installQuietRuntime, parentBundle, serverAddress, workflowBundle } from './temporal';

type Activities = BytesActivities & ControlActivities;
/** Stand-ins for the activities that a test expects to be called. */
export type Fakes = { readonly [N in keyof Activities]?: Activities[N] };

/** A namespace with workers that run the real workflows on activities of the test's choice. */
export interface WorkflowBench {
  readonly client: Client;
  /** Runs workers with these activities until `work` has ended. */
  serve<T>(fakes: Fakes, work: () => Promise<T>): Promise<T>;
  /** Starts a shard or an archive as a parent of that id does, and hands out its handle. */
  startUnder<W extends Workflow>(
    parentId: string,
    type: string,
    workflowId: string,
    args: Parameters<W>,
  ): Promise<WorkflowHandle<W>>;
  close(): Promise<void>;
}

const PARENT_QUEUE = 'parents';

export async function startWorkflowBench(): Promise<WorkflowBench> {
  installQuietRuntime();
  const address = serverAddress();
  const namespace = `bench-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: google.protobuf.Duration.fromObject({ seconds: 86_400 }),
  });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace });
  let parents: { stop(): Promise<void> } | null = null;
  return {
    client,
    startUnder: async (parentId, type, workflowId, args) => {
      parents ??= await startParents(native, namespace);
      await client.workflow.execute('parentOf', {
        workflowId: parentId,
        taskQueue: PARENT_QUEUE,
        args: [type, { workflowId, taskQueue: CONTROL_QUEUE }, args],
        workflowExecutionTimeout: '25s',
      });
      return client.workflow.getHandle(workflowId);
    },
    serve: async (activities, work) => {
      const place = { connection: native, namespace, activities, shutdownGraceTime: '1 second' } as const;
      const control = await Worker.create({
        ...place,
        taskQueue: CONTROL_QUEUE,
        workflowBundle: workflowBundle(),
        // Fail instead of retrying for ever: a bug in workflow code must end the test.
        workflowFailureErrorTypes: { '*': ['Error'] },
      });
      const bytes = await Worker.create({ ...place, taskQueue: BYTES_QUEUE });
      return await control.runUntil(() => bytes.runUntil(work));
    },
    close: async () => {
      await parents?.stop();
      await connection.close();
      await native.close();
    },
  };
}

async function startParents(connection: NativeConnection, namespace: string): Promise<{ stop(): Promise<void> }> {
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: PARENT_QUEUE,
    workflowBundle: parentBundle(),
  });
  const run = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await run;
    },
  };
}

/** For a fake: beats until the activity is cancelled, as work that takes hours does. */
export async function untilCancelled(): Promise<void> {
  const beats = setInterval(heartbeat, 50);
  await new Promise((resolve) => cancellationSignal().addEventListener('abort', resolve));
  clearInterval(beats);
}
