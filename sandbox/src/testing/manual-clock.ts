import type { Clock } from '../clock';

/** A clock that only moves when it is advanced. Starts at the beginning of 2026 by default. */
export class ManualClock implements Clock {
  private readonly alarms = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  constructor(private nowMs = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.nowMs;
  }

  at(atMs: number, wake: () => void): () => void {
    const alarm = { atMs, wake };
    this.alarms.add(alarm);
    return () => this.alarms.delete(alarm);
  }

  /** Number of alarms set. */
  get waiting(): number {
    return this.alarms.size;
  }

  advance(byMs: number): void {
    this.nowMs += byMs;
    for (const alarm of this.alarms) {
      if (alarm.atMs > this.nowMs) continue;
      this.alarms.delete(alarm);
      alarm.wake();
    }
  }
}
