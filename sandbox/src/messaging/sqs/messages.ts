import { randomUUID } from 'node:crypto';
import { SystemClock, type Clock } from '../../clock';
import type { SandboxContext } from '../../service';
import { nameInArn, queueArn } from '../arn';
import { redriveOf, seconds, type RedrivePolicy } from './attributes';
import {
  invalidMessageContents,
  invalidParameter,
  invalidValue,
  missingParameter,
  messageNotInflight,
  overLimit,
  queueDoesNotExist,
} from './errors';
import type { Message, Queue } from './queue';
import type { QueueStore } from './queue-store';
import { readReceiptHandle } from './receipt-handle';

interface ReceiveOptions {
  readonly maxMessages: number;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
}

/** A message can be kept invisible for 12 hours after it was received (SQS API reference, ChangeMessageVisibility). */
const MAX_VISIBILITY_SECONDS = 43_200;

/** The life of messages: sent, received, hidden, deleted, moved to a dead-letter queue. */
export class Messages {
  /** @param waitClock the clock of long polls: real time, whatever the rate of the sandbox's clock */
  constructor(
    private readonly store: QueueStore,
    private readonly context: SandboxContext,
    private readonly waitClock: Clock = new SystemClock(),
  ) {}

  /** @throws ApiError QueueDoesNotExist */
  queue(name: string): Queue {
    const queue = this.store.get(name);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  /** @throws ApiError for a body that is empty, too long or holds a forbidden character */
  send(queueName: string, body: string, delaySeconds?: number): Message {
    const queueAttributes = this.queue(queueName).settings.attributes;
    checkBody(body, seconds(queueAttributes, 'MaximumMessageSize'));
    const sentMs = this.context.clock.now();
    const message: Message = {
      id: randomUUID(),
      body,
      sentMs,
      visibleAtMs: sentMs + (delaySeconds ?? seconds(queueAttributes, 'DelaySeconds')) * 1000,
      receives: 0,
      firstReceivedMs: null,
      deadLetterSource: null,
    };
    this.store.record({ type: 'sent', queue: queueName, message });
    return message;
  }

  /** Waits for messages up to the requested time; ends early, without receiving any, when the signal is aborted. */
  async receive(queueName: string, options: ReceiveOptions, signal: AbortSignal): Promise<readonly Message[]> {
    const patience = { clock: this.waitClock, untilMs: this.waitClock.now() + options.waitSeconds * 1000 };
    for (;;) {
      if (signal.aborted) return [];
      const taken = this.take(queueName, options);
      if (taken.length > 0 || this.waitClock.now() >= patience.untilMs) return taken;
      await this.queue(queueName).change(this.context.clock, patience, signal);
    }
  }

  /**
   * Deletes a message by its latest receipt handle, in flight or not. An older handle, or the handle of a message
   * that no longer exists, succeeds and deletes nothing (SQS API reference, DeleteMessage).
   */
  delete(queueName: string, handle: string): void {
    const receipt = readReceiptHandle(queueName, handle);
    const message = this.queue(queueName).get(receipt.messageId);
    if (message?.receives !== receipt.reception) return;
    this.store.record({ type: 'removed', queue: queueName, id: message.id });
  }

  /** @throws ApiError if the handle does not belong to a message in flight, or the message would be invisible too long */
  changeVisibility(queueName: string, handle: string, visibilitySeconds: number): void {
    const receipt = readReceiptHandle(queueName, handle);
    const message = this.queue(queueName).get(receipt.messageId);
    const nowMs = this.context.clock.now();
    if (message === undefined) {
      throw invalidValue(
        'ReceiptHandle',
        handle,
        'Message does not exist or is not available for visibility timeout change',
      );
    }
    if (message.receives !== receipt.reception || message.visibleAtMs <= nowMs) throw messageNotInflight();
    const visibleAtMs = nowMs + visibilitySeconds * 1000;
    if (visibleAtMs > (message.receivedMs ?? nowMs) + MAX_VISIBILITY_SECONDS * 1000) {
      throw invalidValue(
        'VisibilityTimeout',
        visibilitySeconds,
        `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`,
      );
    }
    this.store.record({ type: 'visibility', queue: queueName, id: message.id, visibleAtMs });
  }

  private take(queueName: string, { maxMessages, visibilitySeconds }: ReceiveOptions): readonly Message[] {
    const queue = this.queue(queueName);
    const redrive = redriveOf(queue.settings.attributes);
    const atMs = this.context.clock.now();
    const room = queue.roomInFlight(atMs, maxMessages);
    if (room === 0) throw overLimit('Too many messages are in flight in this queue.');
    const chosen: string[] = [];
    while (chosen.length < room) {
      const message = queue.takeDue(atMs, (id) => this.store.record({ type: 'removed', queue: queueName, id }));
      if (message === undefined) break;
      if (!this.givenUp(queueName, message, redrive, atMs)) chosen.push(message.id);
    }
    return chosen.flatMap((id) => {
      this.store.record({ type: 'received', queue: queueName, id, atMs, visibleAtMs: atMs + visibilitySeconds * 1000 });
      return queue.get(id) ?? [];
    });
  }

  /**
   * Moves a message that reached maxReceiveCount to the dead-letter queue, if that still exists. The message keeps its id,
   * its age and its receive count, but a redrive policy of the dead-letter queue counts from zero.
   */
  private givenUp(queueName: string, message: Message, redrive: RedrivePolicy | null, nowMs: number): boolean {
    if (redrive === null || message.receives < redrive.maxReceiveCount) return false;
    const to = nameInArn('sqs', this.context, redrive.deadLetterTargetArn);
    if (to === null || this.store.get(to) === undefined) return false;
    const { receivedMs: _receivedMs, ...kept } = message;
    this.store.record({
      type: 'moved',
      queue: queueName,
      id: message.id,
      to,
      message: {
        ...kept,
        visibleAtMs: nowMs,
        receives: 0,
        receivesElsewhere: message.receives + (message.receivesElsewhere ?? 0),
        firstReceivedMs: null,
        deadLetterSource: queueArn(this.context, queueName),
      },
    });
    return true;
  }
}

/** Characters that a message may not hold (SQS API reference, SendMessage). */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

function checkBody(body: string, limitBytes: number): void {
  if (body === '') throw missingParameter('MessageBody');
  if (Buffer.byteLength(body) > limitBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limitBytes} bytes.`,
    );
  }
  if (FORBIDDEN_CHARACTER.test(body)) throw invalidMessageContents();
}
