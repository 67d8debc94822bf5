import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SandboxContext } from '../../service';
import { notImplemented } from '../api-error';
import { topicArn } from '../arn';
import type { XmlContent } from '../query-protocol';
import { invalidParameter, notFound } from './errors';
import { entries, operation, page, topicByArn, type SnsOperation, type SnsServices } from './operation';
import type { Subscription } from './topic-store';

const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/;
const onSubscription = z.strictObject({ SubscriptionArn: z.string() });
const pageToken = z
  .string()
  .regex(/^\d{1,9}$/)
  .optional();

/** Protocols of SNS other than SQS. */
const OTHER_PROTOCOLS = new Set(['application', 'email', 'email-json', 'firehose', 'http', 'https', 'lambda', 'sms']);
const NOT_BUILT = new Set([
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RedrivePolicy',
  'ReplayPolicy',
  'SubscriptionRoleArn',
]);

function readRaw(name: string, value: string): boolean {
  if (NOT_BUILT.has(name)) throw notImplemented(`The subscription attribute ${name}`);
  if (name !== 'RawMessageDelivery') throw invalidParameter('AttributeName');
  if (!/^(true|false)$/i.test(value))
    throw invalidParameter(`${name}: Invalid value [${value}]. Must be true or false.`);
  return value.toLowerCase() === 'true';
}

const subscribe = operation(
  z.strictObject({
    TopicArn: z.string(),
    Protocol: z.string(),
    Endpoint: z.string().default(''),
    Attributes: z.record(z.string(), z.string()).default({}),
    /** Only subscriptions pending confirmation hide their ARN, and those of queues never are. */
    ReturnSubscriptionArn: z.string().optional(),
  }),
  (services, { TopicArn: arn, Protocol: protocol, Endpoint: endpoint, Attributes: attributes }, request) => {
    const topic = topicByArn(services, arn, request);
    if (OTHER_PROTOCOLS.has(protocol)) throw notImplemented(`A subscription by ${protocol}`);
    if (protocol !== 'sqs') throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
    if (endpoint.endsWith('.fifo')) {
      throw invalidParameter('Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics');
    }
    if (!QUEUE_ARN.test(endpoint)) throw invalidParameter('SQS endpoint ARN');
    request.note({ endpoint });
    const wanted = Object.entries(attributes).map(([name, value]) => readRaw(name, value))[0];
    const existing = services.store.subscriptionsOf(topic.name).find((other) => other.endpoint === endpoint);
    if (existing !== undefined) {
      if (wanted !== undefined && wanted !== existing.raw) {
        throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
      }
      return { SubscriptionArn: existing.arn };
    }
    const subscription = { arn: `${arn}:${randomUUID()}`, topic: topic.name, endpoint, raw: wanted ?? false };
    services.store.record({ type: 'subscription', subscription });
    return { SubscriptionArn: subscription.arn };
  },
);

const unsubscribe = operation(onSubscription, ({ store }, { SubscriptionArn: arn }, { note }) => {
  note({ subscription: arn });
  if (store.subscription(arn) !== undefined) store.record({ type: 'unsubscribed', arn });
  return null;
});

function subscriptionByArn({ store }: SnsServices, arn: string): Subscription {
  const subscription = store.subscription(arn);
  if (subscription === undefined) throw notFound('Subscription');
  return subscription;
}

const getSubscriptionAttributes = operation(onSubscription, (services, { SubscriptionArn: arn }, { note }) => {
  note({ subscription: arn });
  const { topic, endpoint, raw } = subscriptionByArn(services, arn);
  return entries({
    SubscriptionArn: arn,
    TopicArn: topicArn(services.context, topic),
    Owner: services.context.accountId,
    Protocol: 'sqs',
    Endpoint: endpoint,
    RawMessageDelivery: String(raw),
    PendingConfirmation: 'false',
    ConfirmationWasAuthenticated: 'true',
  });
});

const setSubscriptionAttributes = operation(
  onSubscription.extend({ AttributeName: z.string(), AttributeValue: z.string().default('') }),
  (services, { SubscriptionArn: arn, AttributeName: name, AttributeValue: value }, { note }) => {
    note({ subscription: arn });
    const subscription = { ...subscriptionByArn(services, arn), raw: readRaw(name, value) };
    services.store.record({ type: 'subscription', subscription });
    return null;
  },
);

const listSubscriptions = operation(
  z.strictObject({ NextToken: pageToken }),
  ({ context, store }, { NextToken: token }) => subscriptionPage(context, store.allSubscriptions(), token),
);

const listSubscriptionsByTopic = operation(
  z.strictObject({ TopicArn: z.string(), NextToken: pageToken }),
  (services, { TopicArn: arn, NextToken: token }, request) => {
    const topic = topicByArn(services, arn, request);
    return subscriptionPage(services.context, services.store.subscriptionsOf(topic.name), token);
  },
);

function subscriptionPage(
  context: SandboxContext,
  subscriptions: readonly Subscription[],
  token: string | undefined,
): XmlContent {
  const { members, next } = page(subscriptions, token);
  const member = members.map(({ arn, topic, endpoint }) => ({
    SubscriptionArn: arn,
    Owner: context.accountId,
    Protocol: 'sqs',
    Endpoint: endpoint,
    TopicArn: topicArn(context, topic),
  }));
  return { Subscriptions: { member }, ...next };
}

export const SUBSCRIPTION_OPERATIONS: ReadonlyMap<string, SnsOperation> = new Map([
  ['GetSubscriptionAttributes', getSubscriptionAttributes],
  ['ListSubscriptions', listSubscriptions],
  ['ListSubscriptionsByTopic', listSubscriptionsByTopic],
  ['SetSubscriptionAttributes', setSubscriptionAttributes],
  ['Subscribe', subscribe],
  ['Unsubscribe', unsubscribe],
]);
