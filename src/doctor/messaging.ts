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
import type { Reply } from './try-request';
import { type Check, checksOf, type Examined } from './check';
import { permissionChecks, settingChecks, type Tried } from './permission';

const check = checksOf('messaging');
const NO_TOPIC: ReadonlySet<string> = new Set(['NotFound', 'NotFoundException']);

/**
 * Compares topic, subscription and queues with what `setup` creates. No test message is sent: only Glacier may publish to
 * the topic, and a test message could not be distinguished from a forged one.
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

/** The checks after a failed first request: the resource is missing, or the permission is. */
function absent(
  { name, action, resource, missing }: Record<'name' | 'action' | 'resource' | 'missing', string>,
  reply: Exclude<Reply<unknown>, { kind: 'given' }>,
  isMissing: (code: string) => boolean,
): readonly Check[] {
  if (reply.kind !== 'rejected') return permissionChecks(check, [{ action, resource, reply }]);
  return [isMissing(reply.code) ? check('failed', name, missing) : check('unknown', name, reply.sentence)];
}

async function topic(examined: Examined): Promise<readonly Check[]> {
  const { aws, tryRequest, arn } = examined;
  const { topicArn, topicPolicy } = wantedMessaging(arn);
  const reply = await tryRequest((options) =>
    aws.sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }), options),
  );
  if (reply.kind !== 'given') {
    const missing = `does not exist, so completed jobs are found by polling, hours later: ${setup(examined)}.`;
    const tried = { name: 'topic', action: 'sns:GetTopicAttributes', resource: topicArn, missing };
    return absent(tried, reply, (code) => NO_TOPIC.has(code));
  }
  if (sameValue(reply.value.Attributes?.['Policy'], topicPolicy)) {
    return [check('ok', 'topic', `${TOPIC_NAME} accepts messages only from Glacier.`)];
  }
  return [check('failed', 'topic', `the policy of ${TOPIC_NAME} differs from that of setup: ${setup(examined)}.`)];
}

async function subscription(examined: Examined): Promise<readonly Check[]> {
  const { aws, tryRequest, arn } = examined;
  const { topicArn, queueArn } = wantedMessaging(arn);
  const action = 'sns:ListSubscriptionsByTopic';
  // One page has 100 subscriptions; only we use the topic.
  const asked = tryRequest((options) =>
    aws.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }), options),
  );
  return await settingChecks(check, { name: 'subscription', action, unset: 'NotFoundException' }, asked, (reply) => {
    // A missing topic is reported by its own check.
    if (reply === null) return [];
    const others = (reply.Subscriptions ?? []).filter(({ Endpoint }) => Endpoint !== queueArn);
    return [
      others.length < (reply.Subscriptions ?? []).length
        ? check(
            'ok',
            'subscription',
            'from the topic to the queue. The first completed job shows whether messages arrive.',
          )
        : check('failed', 'subscription', `the queue is not subscribed to the topic: ${setup(examined)}.`),
      ...others.map(({ Endpoint }) =>
        check('warning', 'subscription', `${Endpoint} is also subscribed to the topic: check that this is intended.`),
      ),
    ];
  });
}

async function queue(examined: Examined): Promise<readonly Check[]> {
  const { aws, tryRequest, arn } = examined;
  const { queueArn, queueAttributes } = wantedMessaging(arn);
  const url = await queueUrl(examined, QUEUE_NAME);
  if (url.kind !== 'given') {
    const missing = `${QUEUE_NAME} does not exist, so completed jobs are found by polling: ${setup(examined)}.`;
    const tried = { name: 'queue', action: 'sqs:GetQueueUrl', resource: queueArn, missing };
    return absent(tried, url, (code) => NO_QUEUE.has(code));
  }
  const asked = tryRequest((options) =>
    aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url.value, AttributeNames: ['All'] }), options),
  );
  return await settingChecks(check, { name: 'queue', action: 'sqs:GetQueueAttributes' }, asked, (reply) => {
    const drifted = driftedAttributes(reply?.Attributes ?? {}, queueAttributes);
    if (drifted.length === 0) return [check('ok', 'queue', `${QUEUE_NAME} accepts messages only from the topic.`)];
    return [
      check(
        'failed',
        'queue',
        `${drifted.join(', ')} of ${QUEUE_NAME} differs from what setup creates: ${setup(examined)}.`,
      ),
    ];
  });
}

/** Nothing is reported that the check of the main queue reports already: a missing queue or permission. */
async function deadLetterQueue(examined: Examined): Promise<readonly Check[]> {
  const { aws, tryRequest, arn } = examined;
  const url = await queueUrl(examined, DEAD_LETTER_QUEUE_NAME);
  if (url.kind !== 'given') return [];
  const reply = await tryRequest((options) =>
    aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url.value, AttributeNames: ['All'] }), options),
  );
  if (reply.kind !== 'given') return [];
  const found = reply.value.Attributes ?? {};
  const name = 'dead letters';
  const drifted = driftedAttributes(found, wantedMessaging(arn).deadLetterAttributes);
  if (drifted.length > 0) {
    const message = `${drifted.join(', ')} of ${DEAD_LETTER_QUEUE_NAME} differs from what setup creates: ${setup(examined)}.`;
    return [check('failed', name, message)];
  }
  const count = Number(found.ApproximateNumberOfMessages ?? 0);
  if (count === 0) return [check('ok', name, 'none.')];
  const message = `${count} in ${DEAD_LETTER_QUEUE_NAME}: not in Glacier's format, or undeliverable. Inspect them.`;
  return [check('warning', name, message)];
}

const queueUrl = ({ aws: { sqs }, tryRequest }: Examined, QueueName: string): Promise<Reply<string>> =>
  tryRequest(async (options) => (await sqs.send(new GetQueueUrlCommand({ QueueName }), options)).QueueUrl ?? '');

/**
 * A message received for this check is available again at once, but it counts as one of the ten receives after which it
 * becomes a dead letter. An invalid receipt handle deletes and postpones nothing.
 */
async function permissions(examined: Examined): Promise<readonly Check[]> {
  const { aws, tryRequest, arn } = examined;
  const { sqs } = aws;
  const url = await queueUrl(examined, QUEUE_NAME);
  if (url.kind !== 'given') return [];
  const QueueUrl = url.value;
  const unknown = { QueueUrl, ReceiptHandle: 'none' };
  const [received, postponed, deleted] = await Promise.all([
    tryRequest((options) =>
      sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 0 }), options),
    ),
    tryRequest((options) =>
      sqs.send(new ChangeMessageVisibilityCommand({ ...unknown, VisibilityTimeout: 0 }), options),
    ),
    tryRequest((options) => sqs.send(new DeleteMessageCommand(unknown), options)),
  ]);
  const resource = wantedMessaging(arn).queueArn;
  const tried: readonly Tried[] = [
    { action: 'sqs:ReceiveMessage', resource, reply: received },
    { action: 'sqs:ChangeMessageVisibility', resource, reply: postponed },
    { action: 'sqs:DeleteMessage', resource, reply: deleted },
  ];
  return permissionChecks(check, tried);
}
