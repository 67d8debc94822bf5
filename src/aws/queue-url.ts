import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describeAwsError } from './errors';

/** The codes for a missing queue in the two protocols of SQS. */
export const NO_QUEUE: ReadonlySet<string> = new Set(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);

/** Null if there is no such queue. @throws the AWS error */
export async function findQueueUrl(sqs: SQSClient, name: string): Promise<string | null> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? null;
  } catch (error) {
    if (NO_QUEUE.has(describeAwsError(error).code)) return null;
    throw error;
  }
}
