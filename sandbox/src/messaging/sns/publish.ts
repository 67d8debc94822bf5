import { z } from 'zod';
import { invalidParameter } from './errors';
import { operation, topicByArn, type SnsOperation } from './operation';

/** SNS API reference, Publish: 256 KiB, unlike SQS. */
const MAX_MESSAGE_BYTES = 262_144;

/** The owner's own calls need no topic policy, so none is checked here. */
const publish = operation(
  z.strictObject({
    TopicArn: z.string().optional(),
    TargetArn: z.string().optional(),
    Message: z.string(),
    Subject: z
      .string()
      .regex(/^[^\p{Cc}]{1,100}$/u, 'must have 1 to 100 characters and no line breaks')
      .optional(),
  }),
  (services, { TopicArn, TargetArn, Message: message, Subject: subject }, request) => {
    const topic = topicByArn(services, TopicArn ?? TargetArn ?? '', request);
    if (message === '') throw invalidParameter('Empty message');
    if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
    const { messageId, delivered } = services.delivery.publish(topic.name, { message, subject });
    request.note({ count: delivered });
    return { MessageId: messageId };
  },
);

export const PUBLISH_OPERATIONS: ReadonlyMap<string, SnsOperation> = new Map([['Publish', publish]]);
