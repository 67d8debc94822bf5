import { z } from 'zod';
import { isPolicyDocument } from '../../policy/document';
import type { SandboxContext } from '../../service';
import { notImplemented } from '../api-error';
import { nameInArn, topicArn } from '../arn';
import { invalidParameter } from './errors';
import { entries, operation, page, topicByArn, type SnsOperation } from './operation';

const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$/;
const SETTABLE = new Set(['DisplayName', 'Policy']);
/** This includes encrypted topics: Glacier could not publish to one with the AWS managed key. */
const NOT_BUILT =
  /^(ArchivePolicy|ContentBasedDeduplication|DataProtectionPolicy|DeliveryPolicy|Fifo.+|KmsMasterKeyId|SignatureVersion|TracingConfig|.+FeedbackRoleArn|.+FeedbackSampleRate)$/;
const onTopic = z.strictObject({ TopicArn: z.string() });
const attributeMap = z.record(z.string(), z.string());

function checkAttribute(name: string, value: string): void {
  if (NOT_BUILT.test(name)) throw notImplemented(`The topic attribute ${name}`);
  if (!SETTABLE.has(name)) throw invalidParameter('AttributeName');
  if (name === 'Policy' && !isPolicyDocument(value)) throw invalidParameter('Policy Error: null');
}

/** The policy that SNS gives a new topic: everyone, but only for resources of the owner (SNS guide, access policies). */
const defaultPolicy = (context: SandboxContext, name: string): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: topicArn(context, name),
        Condition: { StringEquals: { 'AWS:SourceOwner': context.accountId } },
      },
    ],
  });

const createTopic = operation(
  z.strictObject({ Name: z.string(), Attributes: attributeMap.default({}) }),
  ({ context, store }, { Name: name, Attributes: given }, { note }) => {
    note({ topic: name });
    if (name.endsWith('.fifo')) throw notImplemented('A FIFO topic');
    if (!TOPIC_NAME.test(name)) throw invalidParameter('Topic Name');
    for (const [key, value] of Object.entries(given)) checkAttribute(key, value);
    const existing = store.topic(name);
    if (existing === undefined) {
      const attributes = { DisplayName: '', Policy: defaultPolicy(context, name), ...given };
      store.record({ type: 'topic', topic: { name, attributes } });
    } else if (Object.keys(given).some((key) => given[key] !== existing.attributes[key])) {
      throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
    }
    return { TopicArn: topicArn(context, name) };
  },
);

const deleteTopic = operation(onTopic, ({ context, store }, { TopicArn: arn }, { note }) => {
  const name = nameInArn('sns', context, arn);
  note({ topic: name ?? arn });
  if (name !== null && store.topic(name) !== undefined) store.record({ type: 'topic-deleted', name });
  return null;
});

const getTopicAttributes = operation(onTopic, (services, { TopicArn: arn }, request) => {
  const topic = topicByArn(services, arn, request);
  return entries({
    TopicArn: arn,
    Owner: services.context.accountId,
    ...topic.attributes,
    SubscriptionsConfirmed: String(services.store.subscriptionsOf(topic.name).length),
    SubscriptionsPending: '0',
    SubscriptionsDeleted: '0',
  });
});

const setTopicAttributes = operation(
  onTopic.extend({ AttributeName: z.string(), AttributeValue: z.string().default('') }),
  (services, { TopicArn: arn, AttributeName: key, AttributeValue: value }, request) => {
    const topic = topicByArn(services, arn, request);
    checkAttribute(key, value);
    services.store.record({
      type: 'topic',
      topic: { ...topic, attributes: { ...topic.attributes, [key]: value } },
    });
    return null;
  },
);

const listTopics = operation(
  z.strictObject({ NextToken: z.string().optional() }),
  ({ context, store }, { NextToken: token }) => {
    const { members, next } = page(store.topicNames(), token);
    return { Topics: { member: members.map((name) => ({ TopicArn: topicArn(context, name) })) }, ...next };
  },
);

export const TOPIC_OPERATIONS: ReadonlyMap<string, SnsOperation> = new Map([
  ['CreateTopic', createTopic],
  ['DeleteTopic', deleteTopic],
  ['GetTopicAttributes', getTopicAttributes],
  ['ListTopics', listTopics],
  ['SetTopicAttributes', setTopicAttributes],
]);
