import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { ACCOUNT_ID, REGION, type MessagingServer } from '../../testing/messaging-server';

export const arn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${name}`;

export async function createQueue(
  server: MessagingServer,
  name: string,
  attributes: Record<string, string> = {},
): Promise<string> {
  const { QueueUrl } = await server.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return QueueUrl ?? '';
}

export const send = (server: MessagingServer, QueueUrl: string, MessageBody: string) =>
  server.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

export async function receive(
  server: MessagingServer,
  QueueUrl: string,
  options: { max?: number; visibility?: number } = {},
): Promise<Message[]> {
  const { Messages } = await server.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: options.max ?? 1,
      MessageSystemAttributeNames: ['All'],
      ...(options.visibility !== undefined && { VisibilityTimeout: options.visibility }),
    }),
  );
  return Messages ?? [];
}

export const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);

/** Messages available, in flight, delayed. */
export async function counts(server: MessagingServer, QueueUrl: string): Promise<number[]> {
  const { Attributes } = await server.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return [
    Number(Attributes?.ApproximateNumberOfMessages),
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
    Number(Attributes?.ApproximateNumberOfMessagesDelayed),
  ];
}
