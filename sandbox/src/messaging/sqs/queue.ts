import type { Clock } from '../../clock';
import { Schedule } from '../../schedule';
import { seconds, type QueueAttributes } from './attributes';

/** A message in a queue in any state: delayed, available or in flight. */
export interface Message {
  readonly id: string;
  readonly body: string;
  /** When it was first sent; retention counts from here, in a dead-letter queue too. */
  readonly sentMs: number;
  /** When it becomes receivable. */
  readonly visibleAtMs: number;
  /** How often it was received from this queue; the latest receipt handle carries this number. */
  readonly receives: number;
  /** How often it was received from earlier queues that moved it here as a dead letter. @default 0 */
  readonly receivesElsewhere?: number;
  /** When it was last received from this queue. */
  readonly receivedMs?: number;
  readonly firstReceivedMs: number | null;
  /** ARN of the queue that moved it here as a dead letter. */
  readonly deadLetterSource: string | null;
}

export interface QueueSettings {
  readonly name: string;
  readonly attributes: QueueAttributes;
  readonly createdMs: number;
  readonly changedMs: number;
}

/** SQS developer guide, quotas of standard queues. */
const MAX_IN_FLIGHT = 120_000;

interface Slot {
  readonly message: Message;
}

/**
 * One queue's messages. All of them are in one schedule by the time when they become receivable, so delay,
 * availability and visibility timeout are one mechanism. A slot that was replaced or removed stays in the schedule
 * until its time and is dropped then.
 */
export class Queue {
  private readonly slots = new Map<string, Slot>();
  private readonly schedule = new Schedule<Slot>();
  private readonly waiting = new Set<() => void>();
  private leastRoom = 0;

  constructor(public settings: QueueSettings) {}

  get size(): number {
    return this.slots.size;
  }

  get(id: string): Message | undefined {
    return this.slots.get(id)?.message;
  }

  /** Adds the message, or replaces the one with its id. */
  put(message: Message): void {
    const slot = { message };
    this.slots.set(message.id, slot);
    this.schedule.add(message.visibleAtMs, slot);
    this.wakeAll();
  }

  remove(id: string): void {
    this.slots.delete(id);
  }

  clear(): void {
    this.slots.clear();
    this.schedule.clear();
  }

  *messages(): Iterable<Message> {
    for (const { message } of this.slots.values()) yield message;
  }

  /**
   * Takes the next available message out of the schedule; no receiver gets it until it is put back or removed.
   * @param drop called for each message before it whose retention is over; must remove it
   */
  takeDue(nowMs: number, drop: (id: string) => void): Message | undefined {
    for (;;) {
      this.dropStale();
      const next = this.schedule.first;
      if (next === undefined || next.atMs > nowMs) return undefined;
      this.schedule.takeFirst();
      const { message } = next.value;
      if (!this.expired(message, nowMs)) return message;
      drop(message.id);
    }
  }

  expired(message: Message, nowMs: number): boolean {
    return message.sentMs + seconds(this.settings.attributes, 'MessageRetentionPeriod') * 1000 <= nowMs;
  }

  /** Counts every message, so O(n): for GetQueueAttributes only. */
  counts(nowMs: number): { readonly available: number; readonly inFlight: number; readonly delayed: number } {
    let [available, inFlight, delayed] = [0, 0, 0];
    for (const message of this.messages()) {
      if (this.expired(message, nowMs)) continue;
      if (message.visibleAtMs <= nowMs) available++;
      else if (message.receives > 0) inFlight++;
      else delayed++;
    }
    return { available, inFlight, delayed };
  }

  /**
   * How many more messages may be in flight, at most `wanted`, which are assumed to be received. Nothing else uses up that
   * room, so the messages are recounted only when it may be exhausted.
   */
  roomInFlight(nowMs: number, wanted: number): number {
    if (this.leastRoom < wanted) this.leastRoom = MAX_IN_FLIGHT - this.counts(nowMs).inFlight;
    const room = Math.max(0, Math.min(wanted, this.leastRoom));
    this.leastRoom -= room;
    return room;
  }

  /**
   * Resolves when a message may have become available by the queue's clock, when the client's wait time has passed by the
   * other clock, or when the signal is aborted.
   */
  async change(
    clock: Clock,
    patience: { readonly clock: Clock; readonly untilMs: number },
    signal: AbortSignal,
  ): Promise<void> {
    this.dropStale();
    const nextMs = this.schedule.first?.atMs;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        cancelPatience();
        cancelAlarm?.();
        this.waiting.delete(finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancelPatience = patience.clock.at(patience.untilMs, finish);
      const cancelAlarm = nextMs === undefined ? undefined : clock.at(nextMs, finish);
      this.waiting.add(finish);
      signal.addEventListener('abort', finish);
      if (signal.aborted) finish();
    });
  }

  wakeAll(): void {
    for (const wake of this.waiting) wake();
  }

  private dropStale(): void {
    for (;;) {
      const next = this.schedule.first;
      if (next === undefined || this.slots.get(next.value.message.id) === next.value) return;
      this.schedule.takeFirst();
    }
  }
}
