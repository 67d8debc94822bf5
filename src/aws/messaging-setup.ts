import { isDeepStrictEqual } from 'node:util';
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  NotFoundException,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { DEAD_LETTER_QUEUE_NAME, QUEUE_NAME, TOPIC_NAME } from '../ids';
import type { ArnParts } from './arn';
import { findQueueUrl } from './queue-url';

export interface MessagingSetup {
  readonly topicArn: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
  /** What was created or corrected, one sentence each; empty if everything was in order. */
  readonly changes: readonly string[];
}

type Attributes = Readonly<Record<string, string>>;

/** A resource that is in order now, and what was done to it. */
interface Ensured {
  readonly changes: readonly string[];
}

/**
 * Creates what Glacier's notifications of completed jobs need: topic, queue, dead-letter queue, their policies and the
 * subscription. Idempotent: attributes changed by hand are corrected, and a changed policy is replaced.
 * @throws the SDK's error if a call fails
 */
export async function setUpMessaging(
  { sns, sqs }: { readonly sns: SNSClient; readonly sqs: SQSClient },
  vault: ArnParts,
): Promise<MessagingSetup> {
  const { topicArn, queueArn, deadLetterQueueArn, ...wanted } = wantedMessaging(vault);
  const topic = await ensureTopic(sns, topicArn, wanted.topicPolicy);
  const deadLetters = await ensureQueue(sqs, DEAD_LETTER_QUEUE_NAME, wanted.deadLetterAttributes);
  const queue = await ensureQueue(sqs, QUEUE_NAME, wanted.queueAttributes);
  const subscription = await ensureSubscription(sns, topicArn, queueArn);
  const changes = [topic, deadLetters, queue, subscription].flatMap((ensured) => ensured.changes);
  return { topicArn, queueUrl: queue.url, queueArn, deadLetterQueueArn, changes };
}

/** Names and settings of the topic and queues as they should be. */
export interface WantedMessaging {
  readonly topicArn: string;
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
  readonly topicPolicy: string;
  readonly queueAttributes: Attributes;
  readonly deadLetterAttributes: Attributes;
}

const arnOf = ({ partition, region, accountId }: ArnParts, service: 'sns' | 'sqs', name: string): string =>
  `arn:${partition}:${service}:${region}:${accountId}:${name}`;

/** The topic to which Glacier publishes the completed jobs of an account and Region. */
export const topicArnOf = (vault: ArnParts): string => arnOf(vault, 'sns', TOPIC_NAME);

/** Receives after which a message goes to the dead-letter queue. */
const MAX_RECEIVE_COUNT = 10;
const VISIBILITY_SECONDS = 60;
/** The maximum of SQS. */
const LONG_POLL_SECONDS = 20;
/** 14 days, the maximum of SQS: retention counts from the first send, and dead letters are needed for diagnosis. */
const DEAD_LETTER_RETENTION_SECONDS = 1_209_600;

export function wantedMessaging(vault: ArnParts): WantedMessaging {
  const topicArn = topicArnOf(vault);
  const queueArn = arnOf(vault, 'sqs', QUEUE_NAME);
  const deadLetterQueueArn = arnOf(vault, 'sqs', DEAD_LETTER_QUEUE_NAME);
  return {
    topicArn,
    queueArn,
    deadLetterQueueArn,
    topicPolicy: topicPolicy(topicArn, vault.accountId),
    deadLetterAttributes: {
      MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_SECONDS),
      Policy: policy(denyPlainText('sqs:*', deadLetterQueueArn)),
      SqsManagedSseEnabled: 'true',
    },
    queueAttributes: {
      Policy: queuePolicy(queueArn, topicArn),
      ReceiveMessageWaitTimeSeconds: String(LONG_POLL_SECONDS),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueueArn, maxReceiveCount: MAX_RECEIVE_COUNT }),
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: String(VISIBILITY_SECONDS),
    },
  };
}

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** SNS and SQS reach each other over TLS, so this concerns callers of their APIs only. */
const denyPlainText = (action: string, resource: string): object => ({
  Sid: 'DenyPlainText',
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/**
 * Only Glacier, and only for this account's vaults. The condition is AWS:SourceOwner, as in AWS's own Glacier solution:
 * it is not confirmed that Glacier also sends aws:SourceAccount or aws:SourceArn, and a condition on a missing key would
 * block every notification. The topic is not encrypted, which the same solution documents as a limitation of Glacier;
 * the queue behind it is encrypted. SNS rejects `sns:*` in a topic's policy.
 */
const topicPolicy = (topicArn: string, accountId: string): string =>
  policy(
    {
      Sid: 'GlacierPublishes',
      Effect: 'Allow',
      Principal: { Service: 'glacier.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
    },
    denyPlainText('sns:Publish', topicArn),
  );

const queuePolicy = (queueArn: string, topicArn: string): string =>
  policy(
    {
      Sid: 'TopicDelivers',
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    },
    denyPlainText('sqs:*', queueArn),
  );

async function ensureTopic(sns: SNSClient, topicArn: string, wantedPolicy: string): Promise<Ensured> {
  const attributes = await topicAttributes(sns, topicArn);
  if (attributes === null) {
    await sns.send(new CreateTopicCommand({ Name: TOPIC_NAME, Attributes: { Policy: wantedPolicy } }));
    return { changes: [`Created the topic ${TOPIC_NAME}.`] };
  }
  if (sameValue(attributes['Policy'], wantedPolicy)) return { changes: [] };
  await sns.send(
    new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'Policy', AttributeValue: wantedPolicy }),
  );
  return { changes: [`Corrected Policy of the topic ${TOPIC_NAME}.`] };
}

async function topicAttributes(sns: SNSClient, topicArn: string): Promise<Attributes | null> {
  try {
    return (await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }))).Attributes ?? {};
  } catch (error) {
    if (error instanceof NotFoundException) return null;
    throw error;
  }
}

async function ensureQueue(
  sqs: SQSClient,
  name: string,
  wanted: Attributes,
): Promise<Ensured & { readonly url: string }> {
  const url = await findQueueUrl(sqs, name);
  if (url === null) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: wanted }));
    return { url: QueueUrl ?? '', changes: [`Created the queue ${name}.`] };
  }
  const { Attributes: found = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  const drifted = driftedAttributes(found, wanted);
  if (drifted.length === 0) return { url, changes: [] };
  const Attributes = Object.fromEntries(drifted.map((attribute) => [attribute, wanted[attribute]]));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
  const names = drifted.join(', ');
  return { url, changes: [`Corrected ${names} of the queue ${name}.`] };
}

/** Names of the attributes of a queue that differ from the wanted ones. */
export const driftedAttributes = (found: Attributes, wanted: Attributes): readonly string[] =>
  Object.entries(wanted)
    .filter(([attribute, value]) => !sameValue(found[attribute], value) && !isOwnKey(attribute, found))
    .map(([attribute]) => attribute);

/** A queue encrypted with the owner's KMS key is left alone: SSE-SQS would replace that key. */
const isOwnKey = (attribute: string, found: Attributes): boolean =>
  attribute === 'SqsManagedSseEnabled' && found['KmsMasterKeyId'] !== undefined;

async function ensureSubscription(sns: SNSClient, topicArn: string, queueArn: string): Promise<Ensured> {
  const subscriptionArn = await findSubscription(sns, topicArn, queueArn);
  if (subscriptionArn === null) {
    const Attributes = { RawMessageDelivery: 'false' };
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes }));
    return { changes: [`Subscribed the queue ${QUEUE_NAME} to the topic ${TOPIC_NAME}.`] };
  }
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: subscriptionArn }));
  if (Attributes?.['RawMessageDelivery'] !== 'true') return { changes: [] };
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: subscriptionArn,
      AttributeName: 'RawMessageDelivery',
      AttributeValue: 'false',
    }),
  );
  return { changes: [`Corrected RawMessageDelivery of the subscription of the queue ${QUEUE_NAME}.`] };
}

async function findSubscription(sns: SNSClient, topicArn: string, queueArn: string): Promise<string | null> {
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn })) {
    const ours = page.Subscriptions?.find(({ Endpoint }) => Endpoint === queueArn);
    if (ours?.SubscriptionArn !== undefined) return ours.SubscriptionArn;
  }
  return null;
}

/** Policies are JSON, which AWS may return with other white space or another order of keys. */
export function sameValue(found: string | undefined, wanted: string): boolean {
  return found === wanted || (found !== undefined && isDeepStrictEqual(jsonOrText(found), jsonOrText(wanted)));
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
