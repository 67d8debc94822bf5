import { createHash } from 'node:crypto';
import { z } from 'zod';
import { wholeNumber } from '../input';
import { MAX_MESSAGE_BYTES, seconds } from './attributes';
import { batchOperation } from './batch';
import { batchTooLong } from './errors';
import { operation, queueInUrl, type SqsOperation } from './operation';
import type { Message } from './queue';
import { receiptHandle } from './receipt-handle';

const queueUrl = { QueueUrl: z.string() };
const sending = {
  MessageBody: z.string(),
  DelaySeconds: wholeNumber(0, 900).optional(),
};
const deleting = { ReceiptHandle: z.string() };
const hiding = { ReceiptHandle: z.string(), VisibilityTimeout: wholeNumber(0, 43_200) };

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const sentResult = ({ id, body }: Message): object => ({ MessageId: id, MD5OfMessageBody: md5(body) });

const sendMessage = operation(z.strictObject({ ...queueUrl, ...sending }), (services, input, request) => {
  const queue = queueInUrl(services, input.QueueUrl, request);
  request.note({ count: 1 });
  return sentResult(services.messages.send(queue, input.MessageBody, input.DelaySeconds));
});

const sendMessageBatch = batchOperation(
  sending,
  ({ messages }, queue, entry) => sentResult(messages.send(queue, entry.MessageBody, entry.DelaySeconds)),
  (entries) => {
    const batchBytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.MessageBody), 0);
    if (batchBytes > MAX_MESSAGE_BYTES) throw batchTooLong(batchBytes);
  },
);

const receiveMessage = operation(
  z.strictObject({
    ...queueUrl,
    AttributeNames: z.array(z.string()).default([]),
    MessageSystemAttributeNames: z.array(z.string()).default([]),
    /** No message has any. */
    MessageAttributeNames: z.array(z.string()).optional(),
    MaxNumberOfMessages: wholeNumber(1, 10).default(1),
    VisibilityTimeout: wholeNumber(0, 43_200).optional(),
    WaitTimeSeconds: wholeNumber(0, 20).optional(),
  }),
  async (services, input, request) => {
    const name = queueInUrl(services, input.QueueUrl, request);
    const { attributes } = services.messages.queue(name).settings;
    const received = await services.messages.receive(
      name,
      {
        maxMessages: input.MaxNumberOfMessages,
        waitSeconds: input.WaitTimeSeconds ?? seconds(attributes, 'ReceiveMessageWaitTimeSeconds'),
        visibilitySeconds: input.VisibilityTimeout ?? seconds(attributes, 'VisibilityTimeout'),
      },
      request.signal,
    );
    request.note({ count: received.length });
    const wanted = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
    const { accountId } = services.context;
    return received.length === 0
      ? {}
      : { Messages: received.map((message) => receivedMessage(name, message, wanted, accountId)) };
  },
);

function receivedMessage(queue: string, message: Message, wanted: readonly string[], senderId: string): object {
  const system = Object.entries({
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs ?? 0),
    ApproximateReceiveCount: String(message.receives + (message.receivesElsewhere ?? 0)),
    SenderId: senderId,
    SentTimestamp: String(message.sentMs),
    ...(message.deadLetterSource !== null && { DeadLetterQueueSourceArn: message.deadLetterSource }),
  }).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle(queue, { messageId: message.id, reception: message.receives }),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
  };
}

const deleteMessage = operation(z.strictObject({ ...queueUrl, ...deleting }), (services, input, request) => {
  services.messages.delete(queueInUrl(services, input.QueueUrl, request), input.ReceiptHandle);
  return null;
});

const deleteMessageBatch = batchOperation(deleting, ({ messages }, queue, { ReceiptHandle }) => {
  messages.delete(queue, ReceiptHandle);
  return {};
});

const changeMessageVisibility = operation(z.strictObject({ ...queueUrl, ...hiding }), (services, input, request) => {
  const queue = queueInUrl(services, input.QueueUrl, request);
  services.messages.changeVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout);
  return null;
});

const changeMessageVisibilityBatch = batchOperation(
  hiding,
  ({ messages }, queue, { ReceiptHandle, VisibilityTimeout }) => {
    messages.changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
    return {};
  },
);

export const MESSAGE_OPERATIONS: ReadonlyMap<string, SqsOperation> = new Map([
  ['ChangeMessageVisibility', changeMessageVisibility],
  ['ChangeMessageVisibilityBatch', changeMessageVisibilityBatch],
  ['DeleteMessage', deleteMessage],
  ['DeleteMessageBatch', deleteMessageBatch],
  ['ReceiveMessage', receiveMessage],
  ['SendMessage', sendMessage],
  ['SendMessageBatch', sendMessageBatch],
]);
