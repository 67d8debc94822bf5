import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import { setTimeout } from 'node:timers/promises';
import { describeFault, faultSentence } from '../src/aws/faults';
import { readAnnouncement } from '../src/aws/notification';
import { QUEUE_NAME } from '../src/ids';
import type { JobNotice } from '../src/wire/job';

/** Whether a signal reached its workflow. `unknown`: there is no such open workflow. */
export type Delivery = 'delivered' | 'unknown';

export interface BridgeOptions {
  readonly sqs: SQSClient;
  /** @throws when the server cannot take the signal now */
  readonly deliver: (workflowId: string, notices: readonly JobNotice[]) => Promise<Delivery>;
  readonly log: Logger;
}

/** SQS gives at most 10 at a time; so many are gathered before workflows are signalled, to signal each one less often. */
const RECEIVE = 10;
const GATHER = 100;
const WAIT_SECONDS = 20;
/** A workflow's start may lag behind its job's end; after this its message is of no more use. */
const YOUNG_MS = 5 * 60_000;
const RETRY_MS = 5_000;
const QUEUE_RETRY_MS = 10_000;

/**
 * Carries news of finished jobs from SQS to the workflows that wait for them. Keeps no state: a job's description names
 * its workflow. A message is deleted only when its signal has been accepted, or when nobody will ever want it.
 */
export class Bridge {
  private readonly stopping = new AbortController();

  constructor(private readonly options: BridgeOptions) {}

  /** Ends the long poll; `run` returns when what was received has been dealt with. */
  stop(): void {
    this.stopping.abort();
  }

  /** Runs until `stop`. AWS's and Temporal's faults are logged and waited out: polling covers for lost messages. */
  async run(): Promise<void> {
    const { log } = this.options;
    while (!this.stopping.signal.aborted) {
      try {
        const queueUrl = await this.findQueue();
        if (queueUrl === null) {
          log.debug(`no queue ${QUEUE_NAME}; run "glacier-transfer setup VAULT" for prompt notifications`);
          await this.pause(QUEUE_RETRY_MS);
        } else {
          await this.serve(queueUrl);
        }
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        log.warn(`bridge: ${faultSentence(describeFault(error))}; trying again`);
        await this.pause(RETRY_MS);
      }
    }
  }

  private async serve(queueUrl: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const messages = await this.gather(queueUrl);
      if (messages.length > 0) await this.dispatch(queueUrl, messages);
    }
  }

  /** One long poll, then what else is there at once. */
  private async gather(queueUrl: string): Promise<Message[]> {
    const gathered: Message[] = [];
    let full = true;
    while (full && gathered.length < GATHER) {
      const reply = await this.options.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: RECEIVE,
          WaitTimeSeconds: gathered.length === 0 ? WAIT_SECONDS : 0,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
        { abortSignal: this.stopping.signal },
      );
      const messages = reply.Messages ?? [];
      gathered.push(...messages);
      full = messages.length === RECEIVE;
    }
    return gathered;
  }

  private async dispatch(queueUrl: string, messages: readonly Message[]): Promise<void> {
    const { log } = this.options;
    const groups = new Map<string, { notices: JobNotice[]; messages: Message[] }>();
    const done: Message[] = [];
    for (const message of messages) {
      const announcement = readAnnouncement(message.Body ?? '');
      if (announcement.kind === 'notice') {
        const group = groups.get(announcement.workflowId) ?? { notices: [], messages: [] };
        group.notices.push(announcement.notice);
        group.messages.push(message);
        groups.set(announcement.workflowId, group);
      } else if (announcement.kind === 'foreign') {
        done.push(message);
      } else {
        log.warn(
          { messageId: message.MessageId },
          "a message is not of Glacier's form; left for the dead-letter queue",
        );
      }
    }
    const delivered = await Promise.all([...groups].map(([workflowId, group]) => this.deliver(workflowId, group)));
    await this.remove(queueUrl, [...done, ...delivered.flat()]);
  }

  /** Returns the messages that may be deleted. */
  private async deliver(
    workflowId: string,
    { notices, messages }: { notices: readonly JobNotice[]; messages: readonly Message[] },
  ): Promise<readonly Message[]> {
    const { deliver, log } = this.options;
    try {
      if ((await deliver(workflowId, notices)) === 'delivered') return messages;
      const old = messages.filter((message) => Date.now() - Number(message.Attributes?.SentTimestamp ?? 0) > YOUNG_MS);
      if (old.length > 0) log.info({ workflowId, messages: old.length }, 'no open workflow wants these; deleted');
      return old;
    } catch (error) {
      log.warn({ workflowId, error: String(error) }, 'signal not accepted; the messages come again');
      return [];
    }
  }

  private async remove(queueUrl: string, messages: readonly Message[]): Promise<void> {
    for (let start = 0; start < messages.length; start += RECEIVE) {
      const entries = messages
        .slice(start, start + RECEIVE)
        .map((message, position) => ({ Id: String(position), ReceiptHandle: message.ReceiptHandle ?? '' }));
      await this.options.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    }
  }

  private async findQueue(): Promise<string | null> {
    try {
      const reply = await this.options.sqs.send(new GetQueueUrlCommand({ QueueName: QUEUE_NAME }));
      return reply.QueueUrl ?? null;
    } catch (error) {
      const { code } = describeFault(error);
      if (code === 'QueueDoesNotExist' || code === 'AWS.SimpleQueueService.NonExistentQueue') return null;
      throw error;
    }
  }

  private async pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
