import { Journal } from '../../journal';
import { Queue, type Message, type QueueSettings } from './queue';

/** Everything that can happen to queues, as the journal stores it. */
type QueueEvent =
  | { readonly type: 'queue'; readonly settings: QueueSettings }
  | { readonly type: 'queue-deleted'; readonly queue: string; readonly atMs?: number }
  | { readonly type: 'purged'; readonly queue: string; readonly atMs?: number }
  | { readonly type: 'sent'; readonly queue: string; readonly message: Message }
  | {
      readonly type: 'received';
      readonly queue: string;
      readonly id: string;
      readonly atMs: number;
      readonly visibleAtMs: number;
    }
  | { readonly type: 'visibility'; readonly queue: string; readonly id: string; readonly visibleAtMs: number }
  | { readonly type: 'removed'; readonly queue: string; readonly id: string }
  | {
      readonly type: 'moved';
      readonly queue: string;
      readonly id: string;
      readonly to: string;
      /** As it is in the other queue. */
      readonly message: Message;
    };

/** Events after which a journal of mostly outdated events is rewritten. */
const COMPACT_AFTER_EVENTS = 100_000;

/** All queues of the sandbox, in memory, with a journal that survives a kill of the sandbox. */
export class QueueStore {
  private readonly queues = new Map<string, Queue>();
  /** When the queues that are gone were deleted. */
  private readonly deletions = new Map<string, number>();
  private readonly purges = new Map<string, number>();
  private readonly journal: Journal<QueueEvent>;
  private eventsSinceCompaction = 0;

  constructor(path: string) {
    this.journal = Journal.open<QueueEvent>(path, (event) => this.apply(event));
    this.journal.compact(this.snapshot());
  }

  get(name: string): Queue | undefined {
    return this.queues.get(name);
  }

  names(): readonly string[] {
    return [...this.queues.keys()].sort();
  }

  /** When the queue of this name was last deleted; undefined while there is one. */
  deletedMs(name: string): number | undefined {
    return this.deletions.get(name);
  }

  purgedMs(name: string): number | undefined {
    return this.purges.get(name);
  }

  /** Applies an event: on disk first, then in memory. */
  record(event: QueueEvent): void {
    this.journal.append(event);
    this.apply(event);
    this.eventsSinceCompaction++;
    if (this.eventsSinceCompaction >= COMPACT_AFTER_EVENTS && this.eventsSinceCompaction > 4 * this.messageCount()) {
      this.journal.compact(this.snapshot());
      this.eventsSinceCompaction = 0;
    }
  }

  close(): void {
    this.journal.close();
  }

  private messageCount(): number {
    return [...this.queues.values()].reduce((count, queue) => count + queue.size, 0);
  }

  private *snapshot(): Iterable<QueueEvent> {
    for (const [queue, atMs] of this.deletions) yield { type: 'queue-deleted', queue, atMs };
    for (const [name, queue] of this.queues) {
      yield { type: 'queue', settings: queue.settings };
      const purgedMs = this.purges.get(name);
      if (purgedMs !== undefined) yield { type: 'purged', queue: name, atMs: purgedMs };
      for (const message of queue.messages()) yield { type: 'sent', queue: name, message };
    }
  }

  private apply(event: QueueEvent): void {
    switch (event.type) {
      case 'queue': {
        const { name } = event.settings;
        const queue = this.queues.get(name);
        if (queue === undefined) this.queues.set(name, new Queue(event.settings));
        else queue.settings = event.settings;
        this.deletions.delete(name);
        return;
      }
      case 'queue-deleted': {
        const queue = this.queues.get(event.queue);
        this.queues.delete(event.queue);
        this.purges.delete(event.queue);
        if (event.atMs !== undefined) this.deletions.set(event.queue, event.atMs);
        queue?.wakeAll();
        return;
      }
      case 'purged':
        this.queues.get(event.queue)?.clear();
        if (event.atMs !== undefined) this.purges.set(event.queue, event.atMs);
        return;
      case 'sent':
        this.queues.get(event.queue)?.put(event.message);
        return;
      case 'received':
        this.change(event.queue, event.id, (message) => ({
          ...message,
          visibleAtMs: event.visibleAtMs,
          receives: message.receives + 1,
          receivedMs: event.atMs,
          firstReceivedMs: message.firstReceivedMs ?? event.atMs,
        }));
        return;
      case 'visibility':
        this.change(event.queue, event.id, (message) => ({ ...message, visibleAtMs: event.visibleAtMs }));
        return;
      case 'removed':
        this.queues.get(event.queue)?.remove(event.id);
        return;
      case 'moved':
        this.queues.get(event.queue)?.remove(event.id);
        this.queues.get(event.to)?.put(event.message);
        return;
    }
  }

  private change(name: string, id: string, next: (message: Message) => Message): void {
    const queue = this.queues.get(name);
    const message = queue?.get(id);
    if (queue !== undefined && message !== undefined) queue.put(next(message));
  }
}
