import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../../service';
import { nameInArn } from '../arn';
import { seconds } from './attributes';
import type { MoveTask } from './move-task';
import type { QueueStore } from './queue-store';

/** The highest rate that can be asked for, and what "optimised by the system" means here. */
const MOST_PER_SECOND = 500;

/**
 * Carries out the tasks that move messages out of dead-letter queues, at their rate by the sandbox's clock. Each
 * message is moved by one event of the journal, so a killed sandbox loses and doubles none and goes on where it was.
 */
export class MoveTasks {
  private readonly alarms = new Map<string, () => void>();

  constructor(
    private readonly store: QueueStore,
    private readonly context: SandboxContext,
  ) {
    for (const task of store.moveTasks.all()) {
      if (task.status === 'RUNNING') this.goOn(task, context.clock.now());
    }
  }

  /** Starts a task whose queues exist. */
  start({ source, ...wanted }: Pick<MoveTask, 'source' | 'destination' | 'messagesPerSecond'>): MoveTask {
    const startedMs = this.context.clock.now();
    const toMove = this.store.get(source)?.counts(startedMs).available ?? 0;
    const task: MoveTask = { id: randomUUID(), source, ...wanted, startedMs, toMove, moved: 0, status: 'RUNNING' };
    this.store.record({ type: 'move-task', task });
    this.goOn(task, startedMs);
    return task;
  }

  /** Ends a running task; what it has moved stays moved. */
  cancel(task: MoveTask): void {
    this.end(task, 'CANCELLED');
  }

  close(): void {
    for (const cancelAlarm of this.alarms.values()) cancelAlarm();
    this.alarms.clear();
  }

  /** Moves the next message at `dueMs`, and those after it at the task's distance. */
  private goOn({ source, id, messagesPerSecond }: MoveTask, dueMs: number): void {
    const distanceMs = 1000 / (messagesPerSecond ?? MOST_PER_SECOND);
    const wake = (): void => {
      const nowMs = this.context.clock.now();
      let nextMs = dueMs;
      for (; nextMs <= nowMs; nextMs += distanceMs) {
        const task = this.store.moveTasks.find(source, id);
        if (task?.status !== 'RUNNING' || !this.moveOne(task, nowMs)) {
          this.alarms.delete(id);
          return;
        }
      }
      const task = this.store.moveTasks.find(source, id);
      if (task !== undefined) this.goOn(task, nextMs);
    };
    this.alarms.set(id, this.context.clock.at(dueMs, wake));
  }

  /** Moves one message, or ends the task; tells whether the task goes on. */
  private moveOne(task: MoveTask, nowMs: number): boolean {
    const queue = this.store.get(task.source);
    const message = queue?.takeDue(nowMs, (id) => this.store.record({ type: 'removed', queue: task.source, id }));
    if (queue === undefined || message === undefined) return this.end(task, 'COMPLETED');
    const origin = message.deadLetterSource === null ? null : nameInArn('sqs', this.context, message.deadLetterSource);
    const to = task.destination ?? origin;
    const target = to === null ? undefined : this.store.get(to);
    if (to === null || target === undefined) {
      queue.put(message);
      return this.end(
        task,
        'FAILED',
        to === null ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue',
      );
    }
    // Moved messages count as new ones (SQS developer guide, dead-letter queue redrive).
    const { body, attributes } = message;
    this.store.record({
      type: 'moved',
      queue: task.source,
      id: message.id,
      to,
      message: {
        id: randomUUID(),
        body,
        ...(attributes !== undefined && { attributes }),
        sentMs: nowMs,
        visibleAtMs: nowMs + seconds(target.settings.attributes, 'DelaySeconds') * 1000,
        receives: 0,
        firstReceivedMs: null,
        deadLetterSource: null,
      },
      taskId: task.id,
    });
    return true;
  }

  private end(task: MoveTask, status: MoveTask['status'], failureReason?: string): false {
    this.alarms.get(task.id)?.();
    this.alarms.delete(task.id);
    this.store.record({
      type: 'move-task',
      task: { ...task, status, ...(failureReason !== undefined && { failureReason }) },
    });
    return false;
  }
}
