import { join } from 'node:path';
import type { Clock } from '../clock';
import type { SandboxContext, Service } from '../service';
import { nameInArn } from './arn';
import { Delivery } from './sns/delivery';
import { SnsService } from './sns/service';
import { TopicStore } from './sns/topic-store';
import { Messages } from './sqs/messages';
import { QueueStore } from './sqs/queue-store';
import { SqsService } from './sqs/service';

export interface Messaging {
  readonly sns: Service;
  readonly sqs: Service;
  topicExists(topicArn: string): boolean;
  /** Publishes as Glacier does when a job completes. No error if the topic or the permission is missing, as on AWS. */
  publish(topicArn: string, message: string, publisher: 'glacier.amazonaws.com'): void;
}

/**
 * The sandbox's SNS and SQS. Resource policies decide what services may do (Glacier to a topic, a topic to a queue);
 * access checks of API callers are done elsewhere.
 * @param waitClock the clock of long polls; real time except in tests
 */
export function createMessaging(context: SandboxContext, waitClock?: Clock): Messaging {
  const queues = new QueueStore(join(context.dataDir, 'queues.jsonl'));
  const topics = new TopicStore(join(context.dataDir, 'topics.jsonl'));
  const messages = new Messages(queues, context, waitClock);
  const delivery = new Delivery(context, topics, queues, messages);
  const sqs = new SqsService({ context, store: queues, messages });
  const sns = new SnsService({ context, store: topics, delivery });

  const topicOf = (topicArn: string) => topics.topic(nameInArn('sns', context, topicArn) ?? '');

  return {
    sns,
    sqs,
    topicExists: (topicArn) => topicOf(topicArn) !== undefined,
    publish: (topicArn, message, publisher) => {
      const topic = topicOf(topicArn);
      if (topic === undefined || sns.isClosed || sqs.isClosed) return;
      const request = {
        service: publisher,
        action: 'sns:Publish',
        resource: topicArn,
        // AWS's own Glacier solution conditions on aws:SourceOwner; that Glacier sends aws:SourceAccount or
        // aws:SourceArn is not confirmed, so a policy that relies on them gets nothing here.
        conditionKeys: new Map([
          ['aws:sourceowner', context.accountId],
          ['aws:securetransport', 'true'],
        ]),
      };
      if (delivery.allowed(topic.attributes['Policy'], request)) delivery.publish(topic.name, { message });
    },
  };
}
