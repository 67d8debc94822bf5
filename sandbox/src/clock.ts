import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { Schedule } from './schedule';

/** The longest delay of a timer in Node. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The sandbox's time. Everything that expires, completes or becomes visible follows it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `wake` once, at or soon after `atMs`; returns a function that cancels it. Does not keep the process alive. */
  at(atMs: number, wake: () => void): () => void;
}

/** Real time: for clients that wait by their own clock. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  at(atMs: number, wake: () => void): () => void {
    const timer = setTimeout(wake, Math.max(0, Math.min(atMs - Date.now(), LONGEST_TIMER_MS)));
    timer.unref();
    return () => clearTimeout(timer);
  }
}

interface Alarm {
  readonly wake: () => void;
  isCancelled: boolean;
}

/** Time that runs `rate` times as fast as real time, from any moment, and can be moved forward at once. */
export class SandboxClock implements Clock {
  private readonly alarms = new Schedule<Alarm>();
  /** Real time of a moment, and the sandbox's time then. */
  private anchor: { readonly realMs: number; readonly sandboxMs: number };
  private timer: NodeJS.Timeout | undefined;

  /** @param offsetMs how far the sandbox's time is ahead of real time at the start */
  constructor(
    readonly rate = 1,
    offsetMs = 0,
  ) {
    this.anchor = { realMs: Date.now(), sandboxMs: Date.now() + offsetMs };
  }

  now(): number {
    return Math.floor(this.anchor.sandboxMs + (Date.now() - this.anchor.realMs) * this.rate);
  }

  /** How far the sandbox's time is ahead of real time now. */
  get offsetMs(): number {
    return this.now() - Date.now();
  }

  at(atMs: number, wake: () => void): () => void {
    const alarm = { wake, isCancelled: false };
    this.alarms.add(atMs, alarm);
    if (this.alarms.first?.value === alarm) this.arm();
    return () => {
      alarm.isCancelled = true;
    };
  }

  /** Moves time forward at once. Alarms that come due meanwhile ring before this returns, in order. */
  advance(byMs: number): void {
    const untilMs = this.now() + byMs;
    // Step by step: woken code may set alarms that come due before the end.
    for (let next = this.alarms.first; next !== undefined && next.atMs <= untilMs; next = this.alarms.first) {
      this.set(Math.max(next.atMs, this.now()));
      this.ring();
    }
    this.set(untilMs);
    this.arm();
  }

  private set(sandboxMs: number): void {
    this.anchor = { realMs: Date.now(), sandboxMs };
  }

  private ring(): void {
    for (;;) {
      const next = this.alarms.first;
      if (next === undefined || (next.atMs > this.now() && !next.value.isCancelled)) return;
      this.alarms.takeFirst();
      if (!next.value.isCancelled) next.value.wake();
    }
  }

  private arm(): void {
    clearTimeout(this.timer);
    const next = this.alarms.first;
    if (next === undefined) return;
    const delayMs = Math.max(0, Math.ceil((next.atMs - this.now()) / this.rate));
    this.timer = setTimeout(
      () => {
        this.ring();
        this.arm();
      },
      Math.min(delayMs, LONGEST_TIMER_MS),
    );
    this.timer.unref();
  }
}

const SAVE_EVERY_MS = 1000;

const contents = z.object({ offsetMs: z.number() });

interface KeptClock {
  readonly clock: SandboxClock;
  /** Saves the current time. */
  close(): void;
}

/**
 * A clock whose offset from real time is kept in a file, so that the time of a sandbox never goes back: its stored
 * data carries dates. While no sandbox runs, its time passes like real time.
 */
export function openClock(path: string, rate: number): KeptClock {
  const clock = new SandboxClock(rate, readOffsetMs(path));
  let savedMs = clock.offsetMs;
  const save = (): void => {
    if (clock.offsetMs === savedMs) return;
    savedMs = clock.offsetMs;
    writeFileSync(`${path}.next`, JSON.stringify({ offsetMs: savedMs }));
    renameSync(`${path}.next`, path);
  };
  const timer = setInterval(save, SAVE_EVERY_MS);
  timer.unref();
  return {
    clock,
    close: () => {
      clearInterval(timer);
      save();
    },
  };
}

function readOffsetMs(path: string): number {
  try {
    return contents.parse(JSON.parse(readFileSync(path, 'utf8'))).offsetMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
