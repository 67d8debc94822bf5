import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describeFault } from './errors';

/** By which codes SQS says that there is no such queue, in its two protocols. */
export const NO_QUEUE: ReadonlySet<string> = new Set(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);

/** Where a queue of that name is reached; null where there is none. @throws the AWS error */
export async function findQueueUrl(sqs: SQSClient, name: string): Promise<string | null> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? null;
  } catch (error) {
    if (NO_QUEUE.has(describeFault(error).code)) return null;
    throw error;
  }
}
