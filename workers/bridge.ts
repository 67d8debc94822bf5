import { setTimeout } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import { describeAwsError, awsErrorSentence } from '../src/aws/errors';
import { parseNotification } from '../src/aws/notification';
import { NotificationQueue, type QueuedMessage } from '../src/aws/notification-queue';
import { reached } from '../src/crash-points';
import { QUEUE_NAME } from '../src/ids';
import type { JobNotification } from '../src/wire/job';
import type { DeliverNotices } from './deliver-notices';

export interface BridgeOptions {
  readonly sqs: SQSClient;
  readonly deliver: DeliverNotices;
  readonly log: Logger;
}

/** Notifications for one workflow, with their messages. */
interface Group {
  readonly notices: JobNotification[];
  readonly messages: QueuedMessage[];
}

/** A workflow may start later than its job completes; after this time its message is useless. */
const RECENT_MS = 5 * 60_000;
const RETRY_MS = 5_000;
const QUEUE_RETRY_MS = 10_000;

/**
 * Delivers notifications of completed jobs from SQS to the workflows that wait for them. Stateless: a job's description
 * names its workflow. A message is deleted only once its signal has been accepted, or if no workflow will ever need it.
 */
export class Bridge {
  private readonly stopping = new AbortController();

  constructor(private readonly options: BridgeOptions) {}

  /** Aborts the long poll; `run` returns once the received messages have been handled. */
  stop(): void {
    this.stopping.abort();
  }

  /** Runs until `stop`. Errors of AWS and Temporal are logged and retried: polling makes up for lost messages. */
  async run(): Promise<void> {
    const { log, sqs } = this.options;
    while (!this.stopping.signal.aborted) {
      try {
        const queue = await NotificationQueue.find(sqs);
        if (queue === null) {
          log.debug(`no queue ${QUEUE_NAME}; run "glacier-transfer setup VAULT" to get notifications`);
          await this.pause(QUEUE_RETRY_MS);
        } else {
          await this.serve(queue);
        }
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        log.warn({ error }, `bridge: ${awsErrorSentence(describeAwsError(error))}; retrying`);
        await this.pause(RETRY_MS);
      }
    }
  }

  private async serve(queue: NotificationQueue): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const messages = await queue.gather(this.stopping.signal);
      if (messages.length > 0) await this.dispatch(queue, messages);
    }
  }

  private async dispatch(queue: NotificationQueue, messages: readonly QueuedMessage[]): Promise<void> {
    reached('bridge.received');
    const { groups, foreign, malformed } = this.sort(queue, messages);
    if (malformed.length > 0) {
      this.options.log.warn(
        { messages: malformed.length, messageId: malformed[0]?.id },
        "not in Glacier's format, or not about a vault of this account; left for the dead-letter queue",
      );
    }
    const postponed: QueuedMessage[] = [];
    const delivered = await Promise.all(
      [...groups].map(([workflowId, group]) =>
        this.deliver(workflowId, group).catch((error: unknown) => {
          this.options.log.warn({ workflowId, error }, 'signal not accepted; the messages will be received again');
          postponed.push(...group.messages);
          return [];
        }),
      ),
    );
    await queue.delete([...foreign, ...delivered.flat()]);
    reached('bridge.after-delete');
    if (postponed.length === 0) return;
    await queue.postpone(postponed);
    // If nothing can be delivered, the next messages are not received at once.
    if (postponed.length === messages.length) await this.pause(RETRY_MS);
  }

  private sort(queue: NotificationQueue, messages: readonly QueuedMessage[]) {
    const groups = new Map<string, Group>();
    const foreign: QueuedMessage[] = [];
    const malformed: QueuedMessage[] = [];
    for (const message of messages) {
      const parsed = parseNotification(message.body, queue.account);
      if (parsed.kind === 'notice') {
        const group = groups.get(parsed.workflowId) ?? { notices: [], messages: [] };
        group.notices.push(parsed.notice);
        group.messages.push(message);
        groups.set(parsed.workflowId, group);
      } else {
        (parsed.kind === 'foreign' ? foreign : malformed).push(message);
      }
    }
    return { groups, foreign, malformed };
  }

  /** Returns the messages that may be deleted. @throws what `deliver` throws */
  private async deliver(workflowId: string, { notices, messages }: Group): Promise<readonly QueuedMessage[]> {
    reached('bridge.before-signal');
    const delivery = await this.options.deliver(workflowId, notices);
    reached('bridge.after-signal');
    if (delivery === 'delivered') return messages;
    const old = messages.filter(({ sentAtMs }) => Date.now() - sentAtMs > RECENT_MS);
    if (old.length > 0) {
      this.options.log.info({ workflowId, messages: old.length }, 'no open workflow is waiting for these; deleted');
    }
    return old;
  }

  private async pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
