import { queueArn, topicArn } from '../messaging/arn';
import type { CallFacts, Permission, PermissionTable } from './permission';

type Needs = (facts: CallFacts) => readonly Permission[];

const anywhere =
  (action: string): Needs =>
  () => [{ action, resource: '*' }];

const onTopic =
  (operation: string): Needs =>
  (facts) => [{ action: `sns:${operation}`, resource: topicArn(facts, facts.topic ?? '') }];

/** Service authorization reference, Amazon SNS: those on a subscription are not on a resource. */
export const SNS_PERMISSIONS: PermissionTable = new Map([
  ...[
    'CreateTopic',
    'DeleteTopic',
    'GetTopicAttributes',
    'ListSubscriptionsByTopic',
    'Publish',
    'SetTopicAttributes',
    'Subscribe',
  ].map((operation) => [operation, onTopic(operation)] as const),
  ...['GetSubscriptionAttributes', 'ListSubscriptions', 'ListTopics', 'SetSubscriptionAttributes', 'Unsubscribe'].map(
    (operation) => [operation, anywhere(`sns:${operation}`)] as const,
  ),
]);

const onQueue =
  (...operations: readonly string[]): Needs =>
  (facts) =>
    operations.map((operation) => ({ action: `sqs:${operation}`, resource: queueArn(facts, facts.queue ?? '') }));

/** SQS developer guide, "Amazon SQS API permissions: Actions and resource reference". */
export const SQS_PERMISSIONS: PermissionTable = new Map([
  ...[
    'ChangeMessageVisibility',
    'CreateQueue',
    'DeleteMessage',
    'DeleteQueue',
    'GetQueueAttributes',
    'GetQueueUrl',
    'PurgeQueue',
    'ReceiveMessage',
    'SendMessage',
    'SetQueueAttributes',
  ].map((operation) => [operation, onQueue(operation)] as const),
  ['ChangeMessageVisibilityBatch', onQueue('ChangeMessageVisibility')],
  ['DeleteMessageBatch', onQueue('DeleteMessage')],
  ['SendMessageBatch', onQueue('SendMessage')],
  ['ListQueues', anywhere('sqs:ListQueues')],
]);
