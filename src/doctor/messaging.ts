import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { driftedAttributes, sameValue, wantedMessaging } from '../aws/messaging-setup';
import { NO_QUEUE } from '../aws/queue-url';
import { DEAD_LETTER_QUEUE_NAME, QUEUE_NAME, TOPIC_NAME } from '../ids';
import type { Reply } from './ask';
import { type Check, checksOf, type Examined } from './examined';
import { permissionChecks, settingChecks, type Tried } from './permission';

const check = checksOf('messaging');
const NO_TOPIC: ReadonlySet<string> = new Set(['NotFound', 'NotFoundException']);

/**
 * Topic, subscription and queues, held against what `setup` makes. No message is sent to see whether it arrives: only
 * Glacier may publish to the topic, and nobody who can would be told apart from a forger.
 */
export async function checkMessaging(examined: Examined): Promise<readonly Check[]> {
  const checks = await Promise.all([
    topic(examined),
    subscription(examined),
    queue(examined),
    deadLetterQueue(examined),
    permissions(examined),
  ]);
  return checks.flat();
}

const setup = ({ vault }: Examined): string => `run "glacier-transfer setup ${vault}"`;

/** What the first reading of a thing comes to when it failed: the thing is missing, or the action is. */
function absent(
  { name, action, resource, missing }: Record<'name' | 'action' | 'resource' | 'missing', string>,
  reply: Exclude<Reply<unknown>, { kind: 'given' }>,
  isMissing: (code: string) => boolean,
): readonly Check[] {
  if (reply.kind !== 'refused') return permissionChecks(check, [{ action, resource, reply }]);
  return [isMissing(reply.code) ? check('failed', name, missing) : check('unknown', name, reply.sentence)];
}

async function topic(examined: Examined): Promise<readonly Check[]> {
  const { aws, ask, arn } = examined;
  const { topicArn, topicPolicy } = wantedMessaging(arn);
  const reply = await ask((options) => aws.sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }), options));
  if (reply.kind !== 'given') {
    const missing = `there is none, so finished jobs are found by asking, hours later: ${setup(examined)}.`;
    const tried = { name: 'topic', action: 'sns:GetTopicAttributes', resource: topicArn, missing };
    return absent(tried, reply, (code) => NO_TOPIC.has(code));
  }
  if (sameValue(reply.value.Attributes?.['Policy'], topicPolicy)) {
    return [check('ok', 'topic', `${TOPIC_NAME} takes messages from Glacier only.`)];
  }
  return [check('failed', 'topic', `the policy of ${TOPIC_NAME} is not that of setup: ${setup(examined)}.`)];
}

async function subscription(examined: Examined): Promise<readonly Check[]> {
  const { aws, ask, arn } = examined;
  const { topicArn, queueArn } = wantedMessaging(arn);
  const action = 'sns:ListSubscriptionsByTopic';
  // One page has 100 of them; the topic is ours alone.
  const asked = ask((options) => aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }), options));
  return await settingChecks(check, { name: 'subscription', action, unset: 'NotFoundException' }, asked, (reply) => {
    // Without a topic there is one thing to be said, and it is said of the topic.
    if (reply === null) return [];
    const others = (reply.Subscriptions ?? []).filter(({ Endpoint }) => Endpoint !== queueArn);
    return [
      others.length < (reply.Subscriptions ?? []).length
        ? check(
            'ok',
            'subscription',
            'from the topic to the queue. The first finished job shows whether messages arrive.',
          )
        : check('failed', 'subscription', `the queue does not listen to the topic: ${setup(examined)}.`),
      ...others.map(({ Endpoint }) =>
        check('warning', 'subscription', `${Endpoint} listens to the topic as well: see that you know it.`),
      ),
    ];
  });
}

async function queue(examined: Examined): Promise<readonly Check[]> {
  const { aws, ask, arn } = examined;
  const { queueArn, queueAttributes } = wantedMessaging(arn);
  const url = await queueUrl(examined, QUEUE_NAME);
  if (url.kind !== 'given') {
    const missing = `there is no queue ${QUEUE_NAME}, so finished jobs are found by asking: ${setup(examined)}.`;
    const tried = { name: 'queue', action: 'sqs:GetQueueUrl', resource: queueArn, missing };
    return absent(tried, url, (code) => NO_QUEUE.has(code));
  }
  const asked = ask((options) =>
    aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url.value, AttributeNames: ['All'] }), options),
  );
  return await settingChecks(check, { name: 'queue', action: 'sqs:GetQueueAttributes' }, asked, (reply) => {
    const drifted = driftedAttributes(reply?.Attributes ?? {}, queueAttributes);
    if (drifted.length === 0) return [check('ok', 'queue', `${QUEUE_NAME} takes messages from the topic only.`)];
    return [
      check('failed', 'queue', `${drifted.join(', ')} of ${QUEUE_NAME} not as setup makes it: ${setup(examined)}.`),
    ];
  });
}

/** Says nothing where the main queue's line says it already: a queue that is missing, an action that is not allowed. */
async function deadLetterQueue(examined: Examined): Promise<readonly Check[]> {
  const { aws, ask, arn } = examined;
  const url = await queueUrl(examined, DEAD_LETTER_QUEUE_NAME);
  if (url.kind !== 'given') return [];
  const reply = await ask((options) =>
    aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url.value, AttributeNames: ['All'] }), options),
  );
  if (reply.kind !== 'given') return [];
  const found = reply.value.Attributes ?? {};
  const name = 'dead letters';
  const drifted = driftedAttributes(found, wantedMessaging(arn).deadLetterAttributes);
  if (drifted.length > 0) {
    const message = `${drifted.join(', ')} of ${DEAD_LETTER_QUEUE_NAME} not as setup makes it: ${setup(examined)}.`;
    return [check('failed', name, message)];
  }
  const count = Number(found.ApproximateNumberOfMessages ?? 0);
  if (count === 0) return [check('ok', name, 'none.')];
  const message = `${count} in ${DEAD_LETTER_QUEUE_NAME}: not of Glacier's form, or not to be delivered. Look at them.`;
  return [check('warning', name, message)];
}

const queueUrl = ({ aws: { sqs }, ask }: Examined, QueueName: string): Promise<Reply<string>> =>
  ask(async (options) => (await sqs.send(new GetQueueUrlCommand({ QueueName }), options)).QueueUrl ?? '');

/**
 * A message that is received for this is to be had again at once; it counts as received once more, of the ten times after
 * which it is given up. A receipt that cannot be deletes and postpones nothing.
 */
async function permissions(examined: Examined): Promise<readonly Check[]> {
  const { aws, ask, arn } = examined;
  const { sqs } = aws;
  const url = await queueUrl(examined, QUEUE_NAME);
  if (url.kind !== 'given') return [];
  const QueueUrl = url.value;
  const unknown = { QueueUrl, ReceiptHandle: 'none' };
  const [received, postponed, deleted] = await Promise.all([
    ask((options) =>
      sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 0 }), options),
    ),
    ask((options) => sqs.send(new ChangeMessageVisibilityCommand({ ...unknown, VisibilityTimeout: 0 }), options)),
    ask((options) => sqs.send(new DeleteMessageCommand(unknown), options)),
  ]);
  const resource = wantedMessaging(arn).queueArn;
  const tried: readonly Tried[] = [
    { action: 'sqs:ReceiveMessage', resource, reply: received },
    { action: 'sqs:ChangeMessageVisibility', resource, reply: postponed },
    { action: 'sqs:DeleteMessage', resource, reply: deleted },
  ];
  return permissionChecks(check, tried);
}
