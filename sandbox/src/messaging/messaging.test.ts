import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { ManualClock } from '../testing/manual-clock';
import { ACCOUNT_ID, REGION, startMessagingServer, type MessagingServer } from '../testing/messaging-server';

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT_ID}:jobs`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:jobs`;
const GLACIER = 'glacier.amazonaws.com';

let clock: ManualClock;
let server: MessagingServer;
let url: string;

beforeEach(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.stop();
});

const policyFor = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const queuePolicy = policyFor({
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: QUEUE,
  Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
});

/** A topic with a queue behind it. */
async function connect(attributes: Record<string, string> = {}, policy: string = queuePolicy): Promise<string> {
  await server.sns.send(new CreateTopicCommand({ Name: 'jobs' }));
  const { QueueUrl } = await server.sqs.send(
    new CreateQueueCommand({ QueueName: 'jobs', Attributes: { Policy: policy } }),
  );
  url = QueueUrl ?? '';
  const { SubscriptionArn } = await server.sns.send(
    new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, Attributes: attributes }),
  );
  return SubscriptionArn ?? '';
}

async function received(): Promise<string[]> {
  const { Messages } = await server.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
  return (Messages ?? []).map(({ Body }) => Body ?? '');
}

describe('delivery', () => {
  it('wraps a message of Glacier in the documented envelope', async () => {
    await connect();
    server.messaging.publish(TOPIC, '{"Action":"ArchiveRetrieval"}', GLACIER);
    const [body = ''] = await received();
    const envelope = JSON.parse(body) as Record<string, string>;
    expect(envelope).toMatchObject({
      Type: 'Notification',
      TopicArn: TOPIC,
      Message: '{"Action":"ArchiveRetrieval"}',
      Timestamp: new Date(clock.now()).toISOString(),
      SignatureVersion: '1',
    });
    expect(Object.keys(envelope)).toEqual([
      'Type',
      'MessageId',
      'TopicArn',
      'Message',
      'Timestamp',
      'SignatureVersion',
      'Signature',
      'SigningCertURL',
      'UnsubscribeURL',
    ]);
  });

  it('delivers the bare message to a raw subscription, and the subject in an envelope', async () => {
    const subscription = await connect({ RawMessageDelivery: 'true' });
    await server.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'bare', Subject: 'dropped' }));
    expect(await received()).toEqual(['bare']);
    await server.sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn: subscription,
        AttributeName: 'RawMessageDelivery',
        AttributeValue: 'false',
      }),
    );
    await server.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'wrapped', Subject: 'kept' }));
    const [body = ''] = await received();
    expect(JSON.parse(body)).toMatchObject({ Message: 'wrapped', Subject: 'kept' });
    expect(server.calls.find(({ operation }) => operation === 'Publish')?.detail).toEqual({ topic: 'jobs', count: 1 });
  });

  it.each([
    ['a topic that does not exist', async () => connect(), `${TOPIC}2`],
    ['a queue without a policy', async () => connect({}, ''), TOPIC],
    ['a queue that allows another topic', async () => connect({}, queuePolicy.replace(TOPIC, `${TOPIC}2`)), TOPIC],
  ])('drops a message for %s', async (_, prepare, topic) => {
    await prepare();
    server.messaging.publish(topic, 'news', GLACIER);
    expect(await received()).toEqual([]);
  });

  it('requires the permission of the topic for Glacier', async () => {
    await connect();
    const setPolicy = (statement: object) =>
      server.sns.send(
        new SetTopicAttributesCommand({
          TopicArn: TOPIC,
          AttributeName: 'Policy',
          AttributeValue: policyFor({ Action: 'sns:Publish', Resource: TOPIC, ...statement }),
        }),
      );
    await setPolicy({ Principal: { Service: 's3.amazonaws.com' } });
    server.messaging.publish(TOPIC, 'refused', GLACIER);
    await setPolicy({
      Principal: { Service: GLACIER },
      Condition: { StringEquals: { 'aws:SourceOwner': ACCOUNT_ID } },
    });
    server.messaging.publish(TOPIC, 'allowed', GLACIER);
    expect((await received()).map((body) => (JSON.parse(body) as { Message: string }).Message)).toEqual(['allowed']);
  });

  it('denies by a policy that it does not understand, and reports that once', async () => {
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await connect(
      {},
      policyFor({
        Principal: '*',
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { BinaryEquals: { 'aws:SourceArn': 'AAAA' } },
      }),
    );
    server.messaging.publish(TOPIC, 'one', GLACIER);
    server.messaging.publish(TOPIC, 'two', GLACIER);
    expect(await received()).toEqual([]);
    expect(stderr.mock.calls.filter(([line]) => String(line).startsWith('sandbox: '))).toEqual([
      [expect.stringContaining('condition operator BinaryEquals')],
    ]);
  });
});

describe('topics and subscriptions', () => {
  it('are created once', async () => {
    const subscription = await connect();
    expect(await connect()).toBe(subscription);
    expect(server.messaging.topicExists(TOPIC)).toBe(true);
    expect(server.messaging.topicExists(`${TOPIC}2`)).toBe(false);
    await expect(connect({ RawMessageDelivery: 'true' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const { Attributes } = await server.sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription }),
    );
    expect(Attributes).toMatchObject({
      TopicArn: TOPIC,
      Endpoint: QUEUE,
      Protocol: 'sqs',
      RawMessageDelivery: 'false',
    });
    const topic = await server.sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    expect(topic.Attributes).toMatchObject({ TopicArn: TOPIC, Owner: ACCOUNT_ID, SubscriptionsConfirmed: '1' });
    expect(topic.Attributes?.['Policy']).toContain('AWS:SourceOwner');
  });

  it('are listed in pages of a hundred, and deleted', async () => {
    const subscription = await connect();
    for (let index = 0; index < 100; index++) await server.sns.send(new CreateTopicCommand({ Name: `t${index}` }));
    const first = await server.sns.send(new ListTopicsCommand({}));
    const second = await server.sns.send(new ListTopicsCommand({ NextToken: first.NextToken }));
    expect([first.Topics?.length, second.Topics?.length, second.NextToken]).toEqual([100, 1, undefined]);

    await server.sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription }));
    expect((await server.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }))).Subscriptions).toEqual([]);
    await connect();
    await server.sns.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
    expect((await server.sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
    await expect(server.sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }))).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('answer NotImplemented to what the sandbox does not implement', async () => {
    await connect();
    const refused = { Code: 'NotImplemented' };
    await expect(
      server.sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'email', Endpoint: 'a@b.c' })),
    ).rejects.toMatchObject(refused);
    await expect(server.sns.send(new CreateTopicCommand({ Name: 'a.fifo' }))).rejects.toMatchObject(refused);
    await expect(
      server.sns.send(new TagResourceCommand({ ResourceArn: TOPIC, Tags: [{ Key: 'a', Value: 'b' }] })),
    ).rejects.toMatchObject({ ...refused, message: expect.stringContaining('TagResource') as unknown });
  });
});

it('topics, queues and messages survive a kill', async () => {
  const subscription = await connect();
  const send = (MessageBody: string) => server.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
  for (const body of ['deleted', 'in flight', 'waiting']) await send(body);
  const receiveOne = async (VisibilityTimeout: number) =>
    (await server.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout }))).Messages?.[0];
  const gone = await receiveOne(30);
  const inFlight = await receiveOne(30);
  expect([gone?.Body, inFlight?.Body]).toEqual(['deleted', 'in flight']);
  await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: gone?.ReceiptHandle }));
  await server.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '7' } }));

  for (let restarts = 0; restarts < 2; restarts++) {
    await server.kill();
    server = await startMessagingServer({ clock, dataDir: server.dataDir });
  }
  url = `${server.endpoint}/${ACCOUNT_ID}/jobs`;

  expect(await received()).toEqual(['waiting']);
  clock.advance(7_000);
  expect(await received()).toEqual(['waiting']);
  await server.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: inFlight?.ReceiptHandle }));
  clock.advance(60_000);
  expect(await received()).toEqual(['waiting']);
  expect(await connect()).toBe(subscription);
  server.messaging.publish(TOPIC, 'still connected', GLACIER);
  expect(await received()).toEqual([expect.stringContaining('still connected')]);
});
