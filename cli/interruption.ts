import { ExitCode } from './exit-codes';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /**
   * Aborted by the first SIGINT, SIGTERM or SIGHUP. The same signal again ends the process at once; another one does
   * not, since the terminal sends Ctrl-C while the parent process sends SIGTERM.
   */
  readonly signal: AbortSignal;
  /** Restores Node's signal handling. */
  dispose(): void;
}

const listening = new Set<AbortController>();

/** Stops the running command gracefully, like a first signal. */
export function interrupt(): void {
  for (const controller of listening) controller.abort();
}

/** Handles termination signals, so that the command can clean up first. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  listening.add(controller);
  const seen = new Set<string>();
  const onSignal = (name: NodeJS.Signals): void => {
    if (seen.has(name)) process.exit(ExitCode.Interrupted);
    seen.add(name);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      listening.delete(controller);
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

/** Resolves when `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
