import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { QUEUE_NAME } from '../ids';
import type { ArnParts } from './arn';
import { findQueueUrl } from './queue-url';

/** SQS's limit per request. */
const BATCH = 10;
/** Messages gathered before workflows are signalled, so that each gets fewer signals. */
const GATHER = 100;
const WAIT_SECONDS = 20;
/** Delay of a postponed message, doubled each time: ten receives outlast a working day's outage of Temporal. */
const FIRST_DELAY_SECONDS = 60;
const MAX_DELAY_SECONDS = 3_600;

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAtMs: number;
  /** Receives so far, including this one. */
  readonly receiveCount: number;
  readonly receiptHandle: string;
}

/** The queue that receives the notifications of completed jobs. Its calls throw the SDK's errors. */
export class NotificationQueue {
  private constructor(
    private readonly sqs: SQSClient,
    private readonly url: string,
    /** The account and Region of the queue, which are those of our topic and vaults. */
    readonly account: Pick<ArnParts, 'region' | 'accountId'>,
  ) {}

  /** Null if `setup` has not been run. */
  static async find(sqs: SQSClient): Promise<NotificationQueue | null> {
    const url = await findQueueUrl(sqs, QUEUE_NAME);
    if (url === null) return null;
    const accountId = /\/(\d{12})\/[^/]+$/.exec(url)?.[1] ?? '';
    return new NotificationQueue(sqs, url, { region: await sqs.config.region(), accountId });
  }

  /** One long poll, then all other messages that are available at once. */
  async gather(abortSignal: AbortSignal): Promise<QueuedMessage[]> {
    const gathered: QueuedMessage[] = [];
    let full = true;
    while (full && gathered.length < GATHER) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.url,
          MaxNumberOfMessages: BATCH,
          WaitTimeSeconds: gathered.length === 0 ? WAIT_SECONDS : 0,
          MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
        }),
        { abortSignal },
      );
      gathered.push(...Messages.map(queuedMessage));
      full = Messages.length === BATCH;
    }
    return gathered;
  }

  async delete(messages: readonly QueuedMessage[]): Promise<void> {
    for (const batch of batches(messages)) {
      const Entries = batch.map(({ receiptHandle: ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
      await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries }));
    }
  }

  /** Hides messages for longer each time, so that an outage does not move them to the dead-letter queue within minutes. */
  async postpone(messages: readonly QueuedMessage[]): Promise<void> {
    for (const batch of batches(messages)) {
      const Entries = batch.map(({ receiptHandle: ReceiptHandle, receiveCount }, at) => ({
        Id: String(at),
        ReceiptHandle,
        VisibilityTimeout: delaySeconds(receiveCount),
      }));
      await this.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.url, Entries }));
    }
  }
}

/** With jitter, so that messages that failed together do not return together. */
function delaySeconds(receiveCount: number): number {
  const longest = Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (receiveCount - 1));
  return Math.ceil(longest * (0.5 + Math.random() / 2));
}

const queuedMessage = (message: Message): QueuedMessage => ({
  id: message.MessageId ?? '',
  body: message.Body ?? '',
  sentAtMs: Number(message.Attributes?.SentTimestamp ?? 0),
  receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
  receiptHandle: message.ReceiptHandle ?? '',
});

function* batches(messages: readonly QueuedMessage[]): Generator<readonly QueuedMessage[]> {
  for (let start = 0; start < messages.length; start += BATCH) yield messages.slice(start, start + BATCH);
}
