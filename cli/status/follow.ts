import { setTimeout as delay } from 'node:timers/promises';
import type { RunProgress } from '../../src/wire/progress';
import { ExitCode } from '../exit-codes';
import { explainError } from '../explain-error';
import { aborted } from '../interruption';
import { RecentThroughput, type Throughput } from './throughput';
import { isFinal } from './render';

/** What can be watched: a run or a series. */
export type Followable = Pick<RunProgress, 'state' | 'bytes'>;

/** How a watched run is shown. */
export interface ProgressView<Progress extends Followable = RunProgress> {
  /** Polling interval. */
  readonly intervalMs: number;
  show(progress: Progress, throughput: Throughput): Promise<void>;
  /** The run is temporarily unavailable. */
  trouble(message: string): void;
  /** Restores the terminal. */
  close(): void;
}

/** The part of a run that is needed to follow it. */
export interface Followed<Progress extends Followable = RunProgress> {
  progress(): Promise<Progress>;
}

const PACE_WINDOW_MS = 5 * 60_000;

/**
 * Shows a run repeatedly until it has ended or `signal` is aborted.
 * @throws CliError for everything that `progress` throws, except temporary failures, which are shown
 */
export async function follow<Progress extends Followable>(
  run: Followed<Progress>,
  view: ProgressView<Progress>,
  signal: AbortSignal,
): Promise<'ended' | 'detached'> {
  const throughput = new RecentThroughput(PACE_WINDOW_MS);
  const detached = aborted(signal);
  try {
    while (!signal.aborted) {
      const progress = await Promise.race([look(run, view), detached]);
      if (progress) {
        await view.show(progress, throughput.observe(progress, Date.now()));
        if (isFinal(progress.state)) return 'ended';
      }
      await pause(view.intervalMs, signal);
    }
    return 'detached';
  } finally {
    view.close();
  }
}

/** Keeps the process alive, unlike an idle connection. */
async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await delay(durationMs, undefined, { signal }).catch(() => undefined);
}

async function look<Progress extends Followable>(
  run: Followed<Progress>,
  view: ProgressView<Progress>,
): Promise<Progress | null> {
  try {
    return await run.progress();
  } catch (error) {
    const explained = explainError(error);
    if (explained.exitCode !== ExitCode.Temporary) throw explained;
    view.trouble(explained.message);
    return null;
  }
}
