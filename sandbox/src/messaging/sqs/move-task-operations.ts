import { z } from 'zod';
import type { SandboxContext } from '../../service';
import { nameInArn, queueArn } from '../arn';
import { wholeNumber } from '../input';
import { invalidParameter, resourceNotFound } from './errors';
import type { MoveTask } from './move-task';
import { operation, type SqsOperation, type SqsServices } from './operation';
import { deadLetterSources } from './redrive';

/** @throws ApiError ResourceNotFoundException */
function queueByArn({ context, store }: SqsServices, parameter: 'SourceArn' | 'DestinationArn', arn: string): string {
  const name = nameInArn('sqs', context, arn);
  if (name === null || store.get(name) === undefined) {
    throw resourceNotFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
  }
  return name;
}

const runningTask = ({ store }: SqsServices, source: string): MoveTask | undefined =>
  store.moveTasks.of(source).find(({ status }) => status === 'RUNNING');

const startMessageMoveTask = operation(
  z.strictObject({
    SourceArn: z.string(),
    DestinationArn: z.string().optional(),
    MaxNumberOfMessagesPerSecond: wholeNumber(1, 500).optional(),
  }),
  (services, input, { note }) => {
    const { context, store, moveTasks } = services;
    const source = queueByArn(services, 'SourceArn', input.SourceArn);
    note({ queue: source });
    if (deadLetterSources(context, store, source).length === 0) {
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    }
    const { DestinationArn: destinationArn, MaxNumberOfMessagesPerSecond: messagesPerSecond } = input;
    const destination =
      destinationArn === undefined ? undefined : queueByArn(services, 'DestinationArn', destinationArn);
    if (destination === source) throw invalidParameter('Source queue and destination queue must be different.');
    if (runningTask(services, source) !== undefined) {
      throw invalidParameter(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const task = moveTasks.start({
      source,
      ...(destination !== undefined && { destination }),
      ...(messagesPerSecond !== undefined && { messagesPerSecond }),
    });
    return { TaskHandle: taskHandle(context, task) };
  },
);

const listMessageMoveTasks = operation(
  z.strictObject({ SourceArn: z.string(), MaxResults: wholeNumber(1, 10).default(1) }),
  (services, { SourceArn: arn, MaxResults: limit }, { note }) => {
    const source = queueByArn(services, 'SourceArn', arn);
    note({ queue: source });
    const tasks = services.store.moveTasks.of(source).slice(0, limit);
    return { Results: tasks.map((task) => describe(services.context, task)) };
  },
);

const cancelMessageMoveTask = operation(z.strictObject({ TaskHandle: z.string() }), (services, input, { note }) => {
  const { taskId, sourceArn } = readTaskHandle(input.TaskHandle);
  const source = queueByArn(services, 'SourceArn', sourceArn);
  note({ queue: source });
  const task = services.store.moveTasks.find(source, taskId);
  if (task === undefined) throw resourceNotFound('Task does not exist.');
  if (task.status !== 'RUNNING') throw invalidParameter('Only a running task can be cancelled.');
  services.moveTasks.cancel(task);
  return { ApproximateNumberOfMessagesMoved: task.moved };
});

/** Only a running task has a handle (SQS API reference, ListMessageMoveTasksResultEntry). */
function describe(context: SandboxContext, task: MoveTask): object {
  const { destination, messagesPerSecond, failureReason } = task;
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: taskHandle(context, task) }),
    Status: task.status,
    SourceArn: queueArn(context, task.source),
    ...(destination !== undefined && { DestinationArn: queueArn(context, destination) }),
    ...(messagesPerSecond !== undefined && { MaxNumberOfMessagesPerSecond: messagesPerSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(failureReason !== undefined && { FailureReason: failureReason }),
    StartedTimestamp: task.startedMs,
  };
}

const handleContents = z.object({ taskId: z.string(), sourceArn: z.string() });

const taskHandle = (context: SandboxContext, { id, source }: MoveTask): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn: queueArn(context, source) })).toString('base64');

function readTaskHandle(handle: string): z.output<typeof handleContents> {
  try {
    return handleContents.parse(JSON.parse(Buffer.from(handle, 'base64').toString('utf8')));
  } catch {
    throw invalidParameter('Value for parameter TaskHandle is invalid.');
  }
}

export const MOVE_TASK_OPERATIONS: ReadonlyMap<string, SqsOperation> = new Map([
  ['CancelMessageMoveTask', cancelMessageMoveTask],
  ['ListMessageMoveTasks', listMessageMoveTasks],
  ['StartMessageMoveTask', startMessageMoveTask],
]);
