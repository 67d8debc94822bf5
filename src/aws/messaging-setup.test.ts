import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  paginateListSubscriptionsByTopic,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type GetQueueAttributesCommandOutput,
} from '@aws-sdk/client-sqs';
import { ACCOUNT_ID, ManualClock, type MessagingServer, REGION, startMessagingServer } from 'glacier-sandbox/testing';
import { setUpMessaging, type MessagingSetup } from './messaging-setup';

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT_ID}:glacier-transfer`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:glacier-transfer`;
const DEAD_LETTERS = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:glacier-transfer-dead-letters`;

let clock: ManualClock;
let server: MessagingServer;
beforeEach(async () => {
  clock = new ManualClock();
  server = await startMessagingServer({ clock });
});
afterEach(() => server.stop());

const setUp = (): Promise<MessagingSetup> =>
  setUpMessaging(server, { partition: 'aws', region: REGION, accountId: ACCOUNT_ID });

async function receivedBodies(QueueUrl: string): Promise<string[]> {
  const { Messages } = await server.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));
  return (Messages ?? []).map(({ Body }) => Body ?? '');
}

async function queueAttributes(QueueUrl: string): Promise<Record<string, string>> {
  const { Attributes } = await server.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes ?? {};
}

async function subscriptionArn(): Promise<string> {
  for await (const { Subscriptions } of paginateListSubscriptionsByTopic({ client: server.sns }, { TopicArn: TOPIC })) {
    const arn = Subscriptions?.find(({ Endpoint }) => Endpoint === QUEUE)?.SubscriptionArn;
    if (arn !== undefined) return arn;
  }
  throw new Error('The queue is not subscribed.');
}

test('setup creates everything once and finds it in order the second time', async () => {
  const first = await setUp();
  expect(first).toEqual({
    topicArn: TOPIC,
    queueUrl: `${server.endpoint}/${ACCOUNT_ID}/glacier-transfer`,
    queueArn: QUEUE,
    deadLetterQueueArn: DEAD_LETTERS,
    changes: [
      'Created the topic glacier-transfer.',
      'Created the queue glacier-transfer-dead-letters.',
      'Created the queue glacier-transfer.',
      'Subscribed the queue glacier-transfer to the topic glacier-transfer.',
    ],
  });
  expect(await setUp()).toEqual({ ...first, changes: [] });
  const attributes = await queueAttributes(first.queueUrl);
  expect(attributes).toMatchObject({
    ReceiveMessageWaitTimeSeconds: '20',
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: '60',
  });
  expect(JSON.parse(attributes['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: DEAD_LETTERS,
    maxReceiveCount: 10,
  });
});

test('setup connects the topic of Glacier to the queue', async () => {
  const { queueUrl, topicArn } = await setUp();
  server.messaging.publish(topicArn, '{"JobId":"j1"}', 'glacier.amazonaws.com');
  const [body = ''] = await receivedBodies(queueUrl);
  expect(JSON.parse(body)).toMatchObject({ Type: 'Notification', TopicArn: TOPIC, Message: '{"JobId":"j1"}' });
});

test('the queue accepts messages of no other topic', async () => {
  const { queueUrl } = await setUp();
  const { TopicArn } = await server.sns.send(new CreateTopicCommand({ Name: 'other' }));
  await server.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: QUEUE }));
  await server.sns.send(new PublishCommand({ TopicArn, Message: 'forged' }));
  expect(await receivedBodies(queueUrl)).toEqual([]);
});

test('the policies require TLS and restrict Glacier to this account', async () => {
  const { queueUrl } = await setUp();
  const { Attributes } = await server.sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
  const policies = [Attributes?.['Policy'], (await queueAttributes(queueUrl))['Policy']];
  for (const policy of policies) {
    expect(JSON.parse(policy ?? '')).toMatchObject({
      Statement: [
        { Effect: 'Allow' },
        { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    });
  }
  expect(policies[0]).toContain(`"AWS:SourceOwner":"${ACCOUNT_ID}"`);
  expect(policies[1]).toContain(`"aws:SourceArn":"${TOPIC}"`);
});

test('setup corrects changed attributes and nothing else', async () => {
  const { queueUrl, topicArn } = await setUp();
  const open = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: TOPIC }],
  });
  await server.sns.send(
    new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'Policy', AttributeValue: open }),
  );
  await server.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: queueUrl,
      Attributes: { Policy: '', VisibilityTimeout: '1', DelaySeconds: '3' },
    }),
  );
  await server.sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: await subscriptionArn(),
      AttributeName: 'RawMessageDelivery',
      AttributeValue: 'true',
    }),
  );
  expect((await setUp()).changes).toEqual([
    'Corrected Policy of the topic glacier-transfer.',
    'Corrected Policy, VisibilityTimeout of the queue glacier-transfer.',
    'Corrected RawMessageDelivery of the subscription of the queue glacier-transfer.',
  ]);
  expect((await setUp()).changes).toEqual([]);
  expect(await queueAttributes(queueUrl)).toMatchObject({ VisibilityTimeout: '60', DelaySeconds: '3' });
});

test('setup accepts a policy with another JSON layout', async () => {
  const { queueUrl } = await setUp();
  const { Policy = '' } = await queueAttributes(queueUrl);
  const { Version, Statement } = JSON.parse(Policy) as Record<string, unknown>;
  await server.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: queueUrl,
      Attributes: { Policy: JSON.stringify({ Statement, Version }, null, 2) },
    }),
  );
  expect((await setUp()).changes).toEqual([]);
});

test('setup recreates deleted resources', async () => {
  const { queueUrl } = await setUp();
  await server.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  await server.sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionArn() }));
  clock.advance(60_000);
  expect((await setUp()).changes).toEqual([
    'Created the queue glacier-transfer.',
    'Subscribed the queue glacier-transfer to the topic glacier-transfer.',
  ]);
});

test("setup leaves a queue encrypted with its owner's KMS key unchanged", async () => {
  await setUp();
  server.sqs.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const reply = await next(args);
        if (commandName !== 'GetQueueAttributesCommand') return reply;
        const output = reply.output as GetQueueAttributesCommandOutput;
        const Attributes = { ...output.Attributes, KmsMasterKeyId: 'alias/ours', SqsManagedSseEnabled: 'false' };
        return { ...reply, output: { ...output, Attributes } };
      },
    { step: 'initialize' },
  );
  expect((await setUp()).changes).toEqual([]);
});

test('setup throws the errors of AWS', async () => {
  await server.messaging.sns.close();
  await expect(setUp()).rejects.toMatchObject({ Code: 'ServiceUnavailable' });
});
