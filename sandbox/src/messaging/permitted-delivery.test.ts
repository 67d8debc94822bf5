import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { ManualClock } from '../testing/manual-clock';
import { ACCOUNT_ID, REGION, startMessagingServer, type MessagingServer } from '../testing/messaging-server';
import { arn, createQueue, receive } from './testing/queue-calls';

const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT_ID}:jobs`;

let server: MessagingServer;
let QueueUrl: string;

beforeEach(async () => {
  server = await startMessagingServer({ clock: new ManualClock() });
  QueueUrl = await createQueue(server, 'jobs');
  await server.sns.send(new CreateTopicCommand({ Name: 'jobs' }));
  await server.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn('jobs') }));
  await setQueuePolicy([allowTopic({})]);
});
afterEach(() => server.stop());

type Condition = Readonly<Record<string, Readonly<Record<string, string>>>>;

const allowTopic = (Condition: Condition) => ({
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: arn('jobs'),
  Condition,
});
const allowGlacier = (Condition: Condition) => ({
  Effect: 'Allow',
  Principal: { Service: 'glacier.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: TopicArn,
  Condition,
});
const deny = (Action: string, Resource: string, Condition: Condition) => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition,
});
const plainText = { Bool: { 'aws:SecureTransport': 'false' } };

const setQueuePolicy = (Statement: readonly object[]) =>
  server.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify({ Statement }) } }));
const setTopicPolicy = (Statement: readonly object[]) =>
  server.sns.send(
    new SetTopicAttributesCommand({
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({ Statement }),
    }),
  );

async function arrives(): Promise<boolean> {
  server.messaging.publish(TopicArn, 'done', 'glacier.amazonaws.com');
  return (await receive(server, QueueUrl)).length === 1;
}

it('allows Glacier to publish by the default policy of a topic', async () => {
  expect(await arrives()).toBe(true);
});

it.each<[string, readonly object[], boolean]>([
  ['without conditions', [allowGlacier({})], true],
  ['of its account', [allowGlacier({ StringEquals: { 'AWS:SourceOwner': ACCOUNT_ID } })], true],
  ['of another account', [allowGlacier({ StringEquals: { 'AWS:SourceOwner': '111122223333' } })], false],
  ['by a key that Glacier may not send', [allowGlacier({ StringEquals: { 'aws:SourceAccount': ACCOUNT_ID } })], false],
  ['by its vault', [allowGlacier({ ArnLike: { 'aws:SourceArn': 'arn:aws:glacier:*:*:vaults/*' } })], false],
  ['over TLS', [allowGlacier({}), deny('sns:Publish', TopicArn, plainText)], true],
  ['but for a denial', [allowGlacier({}), deny('sns:Publish', TopicArn, {})], false],
  ['by nobody', [], false],
])('allows Glacier to publish by a topic policy %s', async (_, statements, arrived) => {
  await setTopicPolicy(statements);
  expect(await arrives()).toBe(arrived);
});

it.each<[string, readonly object[], boolean]>([
  ['of this topic', [allowTopic({ ArnEquals: { 'aws:SourceArn': TopicArn } })], true],
  ['of another topic', [allowTopic({ ArnEquals: { 'aws:SourceArn': `${TopicArn}2` } })], false],
  ['of its account', [allowTopic({ StringEquals: { 'aws:SourceAccount': ACCOUNT_ID } })], true],
  ['of another account', [allowTopic({ StringEquals: { 'aws:SourceAccount': '111122223333' } })], false],
  ['over TLS', [allowTopic({}), deny('sqs:*', arn('jobs'), plainText)], true],
  ['but for a denial', [allowTopic({}), deny('sqs:*', arn('jobs'), {})], false],
  ['for another queue', [{ ...allowTopic({}), Resource: arn('other') }], false],
  ['by nobody', [], false],
])('allows delivery by a queue policy %s', async (_, statements, arrived) => {
  await setQueuePolicy(statements);
  expect(await arrives()).toBe(arrived);
});
