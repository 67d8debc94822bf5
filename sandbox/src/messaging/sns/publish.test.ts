import {
  AddPermissionCommand,
  CreateTopicCommand,
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  RemovePermissionCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { ManualClock } from '../../testing/manual-clock';
import { ACCOUNT_ID, REGION, startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, bodies, createQueue, receive } from '../testing/queue-calls';

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

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

it('publishes a batch, each entry with its own id', async () => {
  const PublishBatchRequestEntries = ['one', 'two', 'three'].map((Id) => ({ Id, Message: `news ${Id}` }));
  const { Successful, Failed } = await server.sns.send(
    new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }),
  );
  expect(Successful?.map(({ Id }) => Id)).toEqual(['one', 'two', 'three']);
  expect(new Set(Successful?.map(({ MessageId }) => MessageId)).size).toBe(3);
  expect(Failed).toEqual([]);
  expect(bodies(await receive(server, queueUrl, { max: 10 }))).toEqual(['news one', 'news two', 'news three']);
});

type Input = Record<string, unknown>;
const entries = (count: number) => Array.from({ length: count }, (_, index) => ({ Id: `m${index}`, Message: 'x' }));
const half = 'x'.repeat(LIMIT_BYTES / 2);

it.each<[string, Input[], string]>([
  ['none', [], 'EmptyBatchRequest'],
  ['eleven', entries(11), 'TooManyEntriesInBatchRequest'],
  ['two of one id', [...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
  ['an id with a dot', [{ Id: 'a.b', Message: 'x' }], 'InvalidBatchEntryId'],
  ['a long id', [{ Id: 'a'.repeat(81), Message: 'x' }], 'InvalidBatchEntryId'],
  [
    'too much',
    [
      { Id: 'a', Message: half },
      { Id: 'b', Message: `${half}x` },
    ],
    'BatchRequestTooLong',
  ],
  ['an empty one', [...entries(1), { Id: 'a', Message: '' }], 'InvalidParameter'],
  ['a bad attribute', [{ Id: 'a', Message: 'x', MessageAttributes: { a: text('') } }], 'ParameterValueInvalid'],
  ['a group', [{ Id: 'a', Message: 'x', MessageGroupId: 'a' }], 'NotImplemented'],
])('refuses a batch with %s as a whole', async (_, list, Code) => {
  const PublishBatchRequestEntries = list as unknown as PublishBatchCommand['input']['PublishBatchRequestEntries'];
  await expect(
    server.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries })),
  ).rejects.toMatchObject({ Code });
  expect(await receive(server, queueUrl)).toEqual([]);
});

it.each<[string, Input, string]>([
  ['nothing', { Message: '' }, 'Empty message'],
  ['too much', { Message: 'x'.repeat(LIMIT_BYTES + 1) }, 'Message too long'],
  [
    'too much with attributes',
    { Message: 'x'.repeat(LIMIT_BYTES), MessageAttributes: { a: text('b') } },
    'Message too long',
  ],
  ['a subject of two lines', { Message: 'x', Subject: 'a\nb' }, 'Subject'],
  ['a long subject', { Message: 'x', Subject: 'x'.repeat(101) }, 'Subject'],
  [
    'an attribute of no type',
    { Message: 'x', MessageAttributes: { a: { DataType: 'Text', StringValue: 'b' } } },
    'type prefixes',
  ],
  ['a structure', { Message: 'x', MessageStructure: 'json' }, 'MessageStructure'],
  ['a deduplication id', { Message: 'x', MessageDeduplicationId: 'a' }, 'MessageDeduplicationId'],
  ['no ARN', { TopicArn: 'topic', Message: 'x' }, 'An ARN must have at least 6 elements, not 1'],
  ['another topic', { TopicArn: `${TopicArn}2`, Message: 'x' }, 'Topic does not exist'],
])('refuses to publish %s', async (_, input, message) => {
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
])('refuses %s', async (_, command, Code) => {
  await expect(server.sns.send(command() as CreateTopicCommand)).rejects.toMatchObject({ Code });
});

describe('permissions', () => {
  const add = (input: Partial<AddPermissionCommand['input']> = {}) =>
    server.sns.send(
      new AddPermissionCommand({
        TopicArn,
        Label: 'readers',
        AWSAccountId: ['111122223333'],
        ActionName: ['Publish'],
        ...input,
      }),
    );
  const statements = async (): Promise<unknown[]> => {
    const { Attributes } = await server.sns.send(new GetTopicAttributesCommand({ TopicArn }));
    return (JSON.parse(Attributes?.['Policy'] ?? '') as { Statement: unknown[] }).Statement;
  };

  it('are statements of the policy, and go by their label', async () => {
    const before = await statements();
    await add();
    await add({ Label: 'more', AWSAccountId: ['111122223333', ACCOUNT_ID], ActionName: ['Publish', 'Subscribe'] });
    const root = (account: string): string => `arn:aws:iam::${account}:root`;
    const statement = { Effect: 'Allow', Resource: TopicArn };
    expect(await statements()).toEqual([
      ...before,
      { ...statement, Sid: 'readers', Principal: { AWS: root('111122223333') }, Action: 'SNS:Publish' },
      {
        ...statement,
        Sid: 'more',
        Principal: { AWS: [root('111122223333'), root(ACCOUNT_ID)] },
        Action: ['SNS:Publish', 'SNS:Subscribe'],
      },
    ]);
    await expect(add()).rejects.toMatchObject({ message: 'Invalid parameter: Statement already exists' });
    await expect(add({ Label: 'bad', ActionName: ['CreateTopic'] })).rejects.toMatchObject({
      message: 'Invalid parameter: Policy statement action out of service scope!',
    });
    for (const Label of ['readers', 'more', 'none']) {
      await server.sns.send(new RemovePermissionCommand({ TopicArn, Label }));
    }
    expect(await statements()).toEqual(before);
  });
});
