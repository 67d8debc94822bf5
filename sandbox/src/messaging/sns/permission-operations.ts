import { z } from 'zod';
import { hasStatement, withoutPermission, withPermission } from '../permissions';
import { invalidParameter } from './errors';
import { listOfMembers, operation, topicByArn, type SnsOperation } from './operation';

/** What a topic's policy can allow (SNS developer guide, SNS API permissions). */
const ACTIONS = new Set([
  'AddPermission',
  'DeleteTopic',
  'GetDataProtectionPolicy',
  'GetTopicAttributes',
  'ListSubscriptionsByTopic',
  'ListTagsForResource',
  'Publish',
  'PutDataProtectionPolicy',
  'RemovePermission',
  'SetTopicAttributes',
  'Subscribe',
]);

const addPermission = operation(
  z.strictObject({
    TopicArn: z.string(),
    Label: z.string().min(1),
    AWSAccountId: listOfMembers(z.array(z.string().regex(/^\d{12}$/)).min(1)),
    ActionName: listOfMembers(z.array(z.string()).min(1)),
  }),
  (services, { TopicArn: arn, Label: label, AWSAccountId: accountIds, ActionName: actions }, request) => {
    const topic = topicByArn(services, arn, request);
    const before = topic.attributes['Policy'];
    if (hasStatement(before, label)) throw invalidParameter('Statement already exists');
    if (!actions.every((action) => ACTIONS.has(action))) {
      throw invalidParameter('Policy statement action out of service scope!');
    }
    const permission = { label, accountIds, actions: actions.map((action) => `SNS:${action}`), resource: arn };
    const attributes = { ...topic.attributes, Policy: withPermission(before, permission, '__default_policy_ID') };
    services.store.record({ type: 'topic', topic: { ...topic, attributes } });
    return null;
  },
);

/** A label that no statement has is no error. */
const removePermission = operation(
  z.strictObject({ TopicArn: z.string(), Label: z.string().min(1) }),
  (services, { TopicArn: arn, Label: label }, request) => {
    const topic = topicByArn(services, arn, request);
    const before = topic.attributes['Policy'];
    if (before === undefined || !hasStatement(before, label)) return null;
    const after = withoutPermission(before, label);
    if (after === null) throw invalidParameter('Policy Error: a policy must have a statement');
    services.store.record({ type: 'topic', topic: { ...topic, attributes: { ...topic.attributes, Policy: after } } });
    return null;
  },
);

export const PERMISSION_OPERATIONS: ReadonlyMap<string, SnsOperation> = new Map([
  ['AddPermission', addPermission],
  ['RemovePermission', removePermission],
]);
