import {
  CreateTopicCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { ManualClock } from '../../testing/manual-clock';
import { ACCOUNT_ID, REGION, startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, createQueue } from '../testing/queue-calls';

const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT_ID}:news`;
const LIMIT_BYTES = 262_144;

let server: MessagingServer;
let queueUrl: string;
let subscription: string;

beforeAll(async () => {
  server = await startMessagingServer({ clock: new ManualClock() });
  await server.sns.send(new CreateTopicCommand({ Name: 'news' }));
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arn('readers') };
  queueUrl = await createQueue(server, 'readers', { Policy: JSON.stringify({ Statement: [statement] }) });
  const Attributes = { RawMessageDelivery: 'true' };
  const subscribed = await server.sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn('readers'), Attributes }),
  );
  subscription = subscribed.SubscriptionArn ?? '';
});
afterAll(() => server.stop());

type Input = Record<string, unknown>;

it.each<[string, Input, string]>([
  ['nothing', { Message: '' }, 'Empty message'],
  ['too much', { Message: 'x'.repeat(LIMIT_BYTES + 1) }, 'Message too long'],
  ['a subject of two lines', { Message: 'x', Subject: 'a\nb' }, 'Subject'],
  ['a long subject', { Message: 'x', Subject: 'x'.repeat(101) }, 'Subject'],
  ['attributes', { Message: 'x', MessageAttributes: { a: { DataType: 'String' } } }, 'MessageAttributes'],
  ['a structure', { Message: 'x', MessageStructure: 'json' }, 'MessageStructure'],
  ['a deduplication id', { Message: 'x', MessageDeduplicationId: 'a' }, 'MessageDeduplicationId'],
  ['no ARN', { TopicArn: 'topic', Message: 'x' }, 'An ARN must have at least 6 elements, not 1'],
  ['another topic', { TopicArn: `${TopicArn}2`, Message: 'x' }, 'Topic does not exist'],
])('Publish rejects %s', async (_, input, message) => {
  await expect(server.sns.send(new PublishCommand({ TopicArn, Message: undefined, ...input }))).rejects.toMatchObject({
    message: expect.stringContaining(message) as unknown,
  });
});

const topic = (AttributeName: string) =>
  new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue: 'true' });
const subscribed = (AttributeName: string, AttributeValue: string) =>
  new SetSubscriptionAttributesCommand({ SubscriptionArn: subscription, AttributeName, AttributeValue });
const subscribe = (Protocol: string, Endpoint: string) => new SubscribeCommand({ TopicArn, Protocol, Endpoint });

it.each([
  ['a key for a topic', () => topic('KmsMasterKeyId'), 'NotImplemented'],
  ['a FIFO topic', () => new CreateTopicCommand({ Name: 'a', Attributes: { FifoTopic: 'true' } }), 'NotImplemented'],
  ['tags', () => new CreateTopicCommand({ Name: 'a', Tags: [{ Key: 'a', Value: 'b' }] }), 'NotImplemented'],
  ['an unknown attribute of a topic', () => topic('Colour'), 'InvalidParameter'],
  ['a filter', () => subscribed('FilterPolicy', '{}'), 'NotImplemented'],
  ['dead letters of a subscription', () => subscribed('RedrivePolicy', '{}'), 'NotImplemented'],
  ['an unknown attribute of a subscription', () => subscribed('Colour', 'blue'), 'InvalidParameter'],
  ['neither raw nor not', () => subscribed('RawMessageDelivery', 'maybe'), 'InvalidParameter'],
  ['a subscription by mail', () => subscribe('email', 'a@b.c'), 'NotImplemented'],
  ['a subscription by pigeon', () => subscribe('pigeon', 'a'), 'InvalidParameter'],
  ['a FIFO queue', () => subscribe('sqs', `${arn('a')}.fifo`), 'InvalidParameter'],
  ['the URL of a queue', () => subscribe('sqs', queueUrl), 'InvalidParameter'],
])('SNS rejects %s', async (_, command, Code) => {
  await expect(server.sns.send(command() as CreateTopicCommand)).rejects.toMatchObject({ Code });
});
