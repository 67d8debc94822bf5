import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../../service';
import { nameInArn, queueArn } from '../arn';
import { redriveOf, seconds, type RedrivePolicy } from './attributes';
import { invalidMessageContents, invalidValue, messageNotInflight, queueDoesNotExist } from './errors';
import type { Message, Queue } from './queue';
import type { QueueStore } from './queue-store';
import { readReceiptHandle } from './receipt-handle';

export interface ReceiveOptions {
  readonly maxMessages: number;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
}

/** Characters that a message may hold (SQS API reference, SendMessage). */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** What happens to messages: sent, received, hidden, deleted, given up. */
export class Messages {
  constructor(
    private readonly store: QueueStore,
    private readonly context: SandboxContext,
  ) {}

  /** @throws ApiError QueueDoesNotExist */
  queue(name: string): Queue {
    const queue = this.store.get(name);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  /** @throws ApiError for a body that is too long or holds a forbidden character. */
  send(queueName: string, body: string, delaySeconds?: number): Message {
    const { attributes } = this.queue(queueName).settings;
    const limitBytes = seconds(attributes, 'MaximumMessageSize');
    if (body === '') throw invalidValue('MessageBody', 'One or more parameters cannot be empty');
    if (Buffer.byteLength(body) > limitBytes) {
      throw invalidValue('MessageBody', `Message must be shorter than ${limitBytes} bytes`);
    }
    if (FORBIDDEN_CHARACTER.test(body)) throw invalidMessageContents();
    const sentMs = this.context.clock.now();
    const message = {
      id: randomUUID(),
      body,
      sentMs,
      visibleAtMs: sentMs + (delaySeconds ?? seconds(attributes, 'DelaySeconds')) * 1000,
      receives: 0,
      firstReceivedMs: null,
      deadLetterSource: null,
    };
    this.store.record({ type: 'sent', queue: queueName, message });
    return message;
  }

  /** Waits for messages as long as asked; the wait ends early when the signal is aborted, with nothing taken. */
  async receive(queueName: string, options: ReceiveOptions, signal: AbortSignal): Promise<readonly Message[]> {
    const { clock } = this.context;
    const deadlineMs = clock.now() + options.waitSeconds * 1000;
    for (;;) {
      if (signal.aborted) return [];
      const taken = this.take(queueName, options);
      if (taken.length > 0 || clock.now() >= deadlineMs) return taken;
      await this.queue(queueName).change(clock, deadlineMs, signal);
    }
  }

  /**
   * Deletes a message by the handle of its latest reception, in flight or not. An older handle, like one of a message
   * that is gone, succeeds and deletes nothing (SQS API reference, DeleteMessage).
   */
  delete(queueName: string, handle: string): void {
    const receipt = readReceiptHandle(queueName, handle);
    const message = this.queue(queueName).get(receipt.messageId);
    if (message?.receives !== receipt.reception) return;
    this.store.record({ type: 'removed', queue: queueName, id: message.id });
  }

  /** @throws ApiError when the handle is not the one of a message in flight. */
  changeVisibility(queueName: string, handle: string, visibilitySeconds: number): void {
    const receipt = readReceiptHandle(queueName, handle);
    const message = this.queue(queueName).get(receipt.messageId);
    const nowMs = this.context.clock.now();
    if (message === undefined) {
      throw invalidValue('ReceiptHandle', 'Message does not exist or is not available for visibility timeout change');
    }
    if (message.receives !== receipt.reception || message.visibleAtMs <= nowMs) throw messageNotInflight();
    this.store.record({
      type: 'visibility',
      queue: queueName,
      id: message.id,
      visibleAtMs: nowMs + visibilitySeconds * 1000,
    });
  }

  private take(queueName: string, { maxMessages, visibilitySeconds }: ReceiveOptions): readonly Message[] {
    const queue = this.queue(queueName);
    const redrive = redriveOf(queue.settings.attributes);
    const atMs = this.context.clock.now();
    const chosen: string[] = [];
    while (chosen.length < maxMessages) {
      const message = queue.takeDue(atMs);
      if (message === undefined) break;
      if (queue.expired(message, atMs)) this.store.record({ type: 'removed', queue: queueName, id: message.id });
      else if (!this.givenUp(queueName, message, redrive, atMs)) chosen.push(message.id);
    }
    return chosen.flatMap((id) => {
      this.store.record({ type: 'received', queue: queueName, id, atMs, visibleAtMs: atMs + visibilitySeconds * 1000 });
      return queue.get(id) ?? [];
    });
  }

  /** Moves a message that was received often enough to the dead-letter queue, if that still exists. */
  private givenUp(queueName: string, message: Message, redrive: RedrivePolicy | null, nowMs: number): boolean {
    if (redrive === null || message.receives < redrive.maxReceiveCount) return false;
    const target = nameInArn('sqs', this.context, redrive.deadLetterTargetArn);
    if (target === null || this.store.get(target) === undefined) return false;
    this.store.record({
      type: 'sent',
      queue: target,
      message: {
        ...message,
        visibleAtMs: nowMs,
        receives: 0,
        firstReceivedMs: null,
        deadLetterSource: queueArn(this.context, queueName),
      },
    });
    this.store.record({ type: 'removed', queue: queueName, id: message.id });
    return true;
  }
}
