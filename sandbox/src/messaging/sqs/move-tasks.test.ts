import {
  CancelMessageMoveTaskCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
  type ListMessageMoveTasksResultEntry,
} from '@aws-sdk/client-sqs';
import { ManualClock } from '../../testing/manual-clock';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, bodies, counts, createQueue, receive, send } from '../testing/queue-calls';
import { callSqs, PROTOCOLS } from '../testing/wire';

let clock: ManualClock;
let server: MessagingServer;
let dead: string;
let jobs: string;
let other: string;

const givesUpToDead = {
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 }),
};

beforeEach(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
  dead = await createQueue(server, 'dead');
  jobs = await createQueue(server, 'jobs', givesUpToDead);
  other = await createQueue(server, 'other', givesUpToDead);
});
afterEach(() => server.stop());

/** Sends messages to a queue and lets it give them up. */
async function giveUp(url: string, ...messages: readonly string[]): Promise<void> {
  for (const body of messages) await send(server, url, body);
  for (let rounds = 0; rounds < 2; rounds++) await receive(server, url, { max: 10, visibility: 0 });
}

async function start(input: Partial<StartMessageMoveTaskCommand['input']> = {}): Promise<string> {
  const { TaskHandle } = await server.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn('dead'), ...input }));
  return TaskHandle ?? '';
}

async function tasks(MaxResults?: number): Promise<readonly ListMessageMoveTasksResultEntry[]> {
  const { Results } = await server.sqs.send(
    new ListMessageMoveTasksCommand({ SourceArn: arn('dead'), ...(MaxResults !== undefined && { MaxResults }) }),
  );
  return Results ?? [];
}

const available = async (url: string): Promise<number | undefined> => (await counts(server, url))[0];

it('takes every message back to the queue that gave it up, as a new message', async () => {
  await giveUp(jobs, 'a', 'b');
  await giveUp(other, 'c');
  const [givenUp] = await receive(server, dead, { visibility: 0 });
  clock.advance(5_000);
  await start();
  expect(await tasks()).toMatchObject([{ Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 0 }]);
  clock.advance(1_000);
  expect(await tasks()).toEqual([
    {
      Status: 'COMPLETED',
      SourceArn: arn('dead'),
      ApproximateNumberOfMessagesMoved: 3,
      ApproximateNumberOfMessagesToMove: 3,
      StartedTimestamp: clock.now() - 1_000,
    },
  ]);
  expect(await available(dead)).toBe(0);
  expect(bodies(await receive(server, other, { max: 10 }))).toEqual(['c']);
  const moved = await receive(server, jobs, { max: 10 });
  expect(new Set(bodies(moved))).toEqual(new Set(['a', 'b']));
  const again = moved.find(({ Body }) => Body === givenUp?.Body);
  expect(again?.MessageId).not.toBe(givenUp?.MessageId);
  expect(again?.Attributes).toEqual({
    ApproximateReceiveCount: '1',
    ApproximateFirstReceiveTimestamp: expect.any(String) as unknown,
    SenderId: expect.any(String) as unknown,
    SentTimestamp: String(clock.now()),
  });
});

it('keeps to its rate by the clock, and to what is available', async () => {
  await giveUp(jobs, 'a', 'b', 'c', 'd', 'e');
  await receive(server, dead, { visibility: 3_600 });
  await start({ DestinationArn: arn('other'), MaxNumberOfMessagesPerSecond: 2 });
  const progress = [];
  for (const stepMs of [0, 499, 1, 500, 500, 500]) {
    clock.advance(stepMs);
    progress.push(await available(other));
  }
  expect(progress).toEqual([1, 1, 2, 3, 4, 4]);
  expect(await tasks()).toMatchObject([
    {
      Status: 'COMPLETED',
      DestinationArn: arn('other'),
      MaxNumberOfMessagesPerSecond: 2,
      ApproximateNumberOfMessagesMoved: 4,
      ApproximateNumberOfMessagesToMove: 4,
    },
  ]);
  expect(await counts(server, dead)).toEqual([0, 1, 0]);
});

it('runs alone, can be cancelled, and leaves what it had not moved', async () => {
  await giveUp(jobs, 'a', 'b', 'c');
  const TaskHandle = await start({ MaxNumberOfMessagesPerSecond: 1 });
  await expect(start()).rejects.toMatchObject({
    message: expect.stringContaining('already a task running') as unknown,
  });
  clock.advance(1_000);
  expect(await tasks()).toMatchObject([{ Status: 'RUNNING', TaskHandle }]);
  const cancelled = await server.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  expect(cancelled).toMatchObject({ ApproximateNumberOfMessagesMoved: 2 });
  clock.advance(10_000);
  const [task] = await tasks();
  expect(task).toMatchObject({ Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 2 });
  expect(task?.TaskHandle).toBeUndefined();
  expect(await available(dead)).toBe(1);
  await expect(server.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  await start();
});

it.each([
  [
    'a message that was sent to the dead-letter queue itself',
    'CouldNotDetermineMessageSource',
    () => send(server, dead, 'x'),
  ],
  [
    'a queue that is gone',
    'AWS.SimpleQueueService.NonExistentQueue',
    async () => {
      await giveUp(jobs, 'x');
      await server.sqs.send(new DeleteQueueCommand({ QueueUrl: jobs }));
    },
  ],
])('fails with %s, which stays where it is', async (_, FailureReason, prepare) => {
  await prepare();
  await start();
  clock.advance(0);
  expect(await tasks()).toMatchObject([{ Status: 'FAILED', FailureReason, ApproximateNumberOfMessagesMoved: 0 }]);
  expect(bodies(await receive(server, dead))).toEqual(['x']);
});

it('goes on after a kill', async () => {
  await giveUp(jobs, 'a', 'b', 'c', 'd');
  await start({ MaxNumberOfMessagesPerSecond: 1 });
  clock.advance(1_000);
  await server.kill();
  clock = new ManualClock(clock.now() + 3_600_000);
  server = await startMessagingServer({ clock, dataDir: server.dataDir });
  expect(await tasks()).toMatchObject([{ Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 2 }]);
  clock.advance(0);
  expect(await tasks()).toMatchObject([{ Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 3 }]);
  clock.advance(2_000);
  expect(await tasks()).toMatchObject([
    { Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 4, ApproximateNumberOfMessagesToMove: 4 },
  ]);
  await server.kill();
  server = await startMessagingServer({ clock, dataDir: server.dataDir });
  expect(await tasks()).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 4 }]);
});

it('is listed with the ten before it, the latest first', async () => {
  for (let count = 0; count < 12; count++) {
    await start();
    clock.advance(1_000);
  }
  expect(await tasks()).toHaveLength(1);
  const started = (await tasks(10)).map(({ StartedTimestamp }) => StartedTimestamp ?? 0);
  expect(started).toHaveLength(10);
  expect(started).toEqual(started.toSorted((left, right) => right - left));
});

it.each(PROTOCOLS)('speaks the %s protocol', async (protocol) => {
  await giveUp(jobs, 'a');
  const call = (operation: string, input: object) => callSqs(server, protocol, operation, { ...input });
  const started = await call('StartMessageMoveTask', { SourceArn: arn('dead'), MaxNumberOfMessagesPerSecond: 500 });
  const [TaskHandle] = /[A-Za-z0-9+/]{60,}=*/.exec(JSON.stringify(started.reply)) ?? [];
  const entry = { TaskHandle, Status: 'RUNNING', SourceArn: arn('dead') };
  const listed = await call('ListMessageMoveTasks', { SourceArn: arn('dead'), MaxResults: 10 });
  expect(listed.reply).toMatchObject(
    protocol === 'json'
      ? { Results: [{ ...entry, ApproximateNumberOfMessagesToMove: 1 }] }
      : {
          ListMessageMoveTasksResponse: {
            ListMessageMoveTasksResult: {
              ListMessageMoveTasksResultEntry: { ...entry, ApproximateNumberOfMessagesToMove: '1' },
            },
          },
        },
  );
  const cancelled = await call('CancelMessageMoveTask', { TaskHandle });
  expect(cancelled.reply).toMatchObject(
    protocol === 'json'
      ? { ApproximateNumberOfMessagesMoved: 0 }
      : { CancelMessageMoveTaskResponse: { CancelMessageMoveTaskResult: { ApproximateNumberOfMessagesMoved: '0' } } },
  );
});
