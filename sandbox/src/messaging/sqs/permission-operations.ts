import { z } from 'zod';
import { queueArn } from '../arn';
import { hasStatement, withoutPermission, withPermission } from '../permissions';
import { invalidValue, overLimit } from './errors';
import { operation, queueInUrl, type SqsOperation, type SqsServices } from './operation';

/** What can be shared; the rest is the queue owner's alone (SQS developer guide, access policy examples). */
const SHAREABLE = new Set([
  '*',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
]);
const MAX_ACTIONS = 7;

const label = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{1,80}$/,
    'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );

const addPermission = operation(
  z.strictObject({
    QueueUrl: z.string(),
    Label: label,
    AWSAccountIds: z.array(z.string().regex(/^\d{12}$/, 'Unable to verify')).min(1),
    Actions: z.array(z.string()).min(1),
  }),
  (services, input, request) => {
    const queue = queueInUrl(services, input.QueueUrl, request);
    const forbidden = input.Actions.find((action) => !SHAREABLE.has(action));
    if (forbidden !== undefined) {
      throw invalidValue('ActionName', `SQS:${forbidden}`, 'Only the queue owner is allowed to invoke this action');
    }
    if (input.Actions.length > MAX_ACTIONS) {
      throw overLimit(`${input.Actions.length} Actions were found, maximum allowed is ${MAX_ACTIONS}.`);
    }
    const policy = services.messages.queue(queue).settings.attributes['Policy'];
    if (hasStatement(policy, input.Label)) throw invalidValue('Label', input.Label, 'Already exists');
    const resource = queueArn(services.context, queue);
    const permission = {
      label: input.Label,
      accountIds: input.AWSAccountIds,
      actions: input.Actions.map((action) => `SQS:${action}`),
      resource,
    };
    setPolicy(services, queue, withPermission(policy, permission, `${resource}/SQSDefaultPolicy`));
    return null;
  },
);

const removePermission = operation(
  z.strictObject({ QueueUrl: z.string(), Label: label }),
  (services, input, request) => {
    const queue = queueInUrl(services, input.QueueUrl, request);
    const policy = services.messages.queue(queue).settings.attributes['Policy'];
    if (policy === undefined || !hasStatement(policy, input.Label)) {
      throw invalidValue('Label', input.Label, "can't find label");
    }
    setPolicy(services, queue, withoutPermission(policy, input.Label));
    return null;
  },
);

function setPolicy({ context, store, messages }: SqsServices, queue: string, policy: string | null): void {
  const { settings } = messages.queue(queue);
  const { Policy: _policy, ...others } = settings.attributes;
  const attributes = policy === null ? others : { ...others, Policy: policy };
  store.record({ type: 'queue', settings: { ...settings, attributes, changedMs: context.clock.now() } });
}

export const PERMISSION_OPERATIONS: ReadonlyMap<string, SqsOperation> = new Map([
  ['AddPermission', addPermission],
  ['RemovePermission', removePermission],
]);
