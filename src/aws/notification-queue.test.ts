import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { QUEUE_NAME } from '../ids';
import { startSandbox, type Sandbox } from 'glacier-sandbox';
import { createClients, type AwsClients } from './clients';
import { setUpMessaging } from './messaging-setup';
import { NotificationQueue } from './notification-queue';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', accountId: '111122223333' };
const MINUTE_MS = 60_000;

let dataDir: string;
let sandbox: Sandbox;
let clients: AwsClients;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'queue-'));
  sandbox = await startSandbox({ dataDir });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: ACCOUNT.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  clients = createClients();
});
afterEach(async () => {
  clients.destroy();
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function openQueue(...bodies: readonly string[]): Promise<NotificationQueue> {
  const { queueUrl } = await setUpMessaging(clients, ACCOUNT);
  for (const MessageBody of bodies) await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  const queue = await NotificationQueue.find(clients.sqs);
  if (queue === null) throw new Error('there is no queue');
  return queue;
}

const receive = async (queue: NotificationQueue) => await queue.gather(new AbortController().signal);

/** Number of messages that can be received now. */
async function waiting(): Promise<number> {
  const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: QUEUE_NAME }));
  const { Attributes } = await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Number(Attributes?.ApproximateNumberOfMessages);
}

test('there is no notification queue before setup', async () => {
  expect(await NotificationQueue.find(clients.sqs)).toBeNull();
});

test('the notification queue knows its account and Region', async () => {
  expect((await openQueue()).account).toEqual({ region: ACCOUNT.region, accountId: ACCOUNT.accountId });
});

test('a deleted message is not received again', async () => {
  const queue = await openQueue('a', 'b');
  const messages = await receive(queue);
  expect(messages.map(({ body, receiveCount }) => [body, receiveCount])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  await queue.delete(messages.filter(({ body }) => body === 'a'));
  sandbox.clock.advance(MINUTE_MS);
  expect((await receive(queue)).map(({ body, receiveCount }) => [body, receiveCount])).toEqual([['b', 2]]);
});

test('a postponed message is hidden for longer each time', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const queue = await openQueue('a');
  for (const minutes of [0.5, 1, 2, 4]) {
    const messages = await receive(queue);
    expect(messages).toHaveLength(1);
    await queue.postpone(messages);
    sandbox.clock.advance(minutes * MINUTE_MS - 20_000);
    expect(await waiting()).toBe(0);
    sandbox.clock.advance(20_000);
    expect(await waiting()).toBe(1);
  }
  jest.restoreAllMocks();
});
