/** A task that moves messages out of a dead-letter queue, as the journal keeps it. Queues are given by name. */
export interface MoveTask {
  readonly id: string;
  readonly source: string;
  /** Absent: every message goes back to the queue that gave it up. */
  readonly destination?: string;
  readonly messagesPerSecond?: number;
  readonly startedMs: number;
  /** Messages available in the source when the task was started. */
  readonly toMove: number;
  readonly moved: number;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly failureReason?: string;
}

/** How many tasks of a source are remembered, since ListMessageMoveTasks gives no more. */
const REMEMBERED = 10;

/** The tasks of every queue, the latest ones first. */
export class MoveTaskList {
  private readonly bySource = new Map<string, readonly MoveTask[]>();

  of(source: string): readonly MoveTask[] {
    return this.bySource.get(source) ?? [];
  }

  find(source: string, id: string): MoveTask | undefined {
    return this.of(source).find((task) => task.id === id);
  }

  *all(): Iterable<MoveTask> {
    for (const tasks of this.bySource.values()) yield* tasks.toReversed();
  }

  /** Adds the task, or replaces the one with its id. */
  put(task: MoveTask): void {
    const known = this.of(task.source);
    const tasks =
      this.find(task.source, task.id) === undefined
        ? [task, ...known].slice(0, REMEMBERED)
        : known.map((other) => (other.id === task.id ? task : other));
    this.bySource.set(task.source, tasks);
  }

  forget(source: string): void {
    this.bySource.delete(source);
  }
}
