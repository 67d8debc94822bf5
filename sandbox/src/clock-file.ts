import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { SandboxClock } from './clock';

const SAVE_EVERY_MS = 1000;

const contents = z.object({ offsetMs: z.number() });

export interface KeptClock {
  readonly clock: SandboxClock;
  /** Writes down where the time stands. */
  close(): void;
}

/**
 * A clock whose lead over real time is kept in a file, so that the time of a sandbox never goes back: what it has stored
 * carries dates. While no sandbox runs, its time passes as real time does.
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
