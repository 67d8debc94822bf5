import { ExitCode } from './exit-codes';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /**
   * Aborted by the first SIGINT, SIGTERM or SIGHUP. The same one again ends the process at once; another one does
   * not, since Ctrl-C reaches a process from the terminal while its parent asks it by SIGTERM.
   */
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  dispose(): void;
}

const listening = new Set<AbortController>();

/** Asks the running command to end in order, as a first signal does. */
export function interrupt(): void {
  for (const controller of listening) controller.abort();
}

/** Takes over the signals that ask a process to end, so that the command can tidy up first. */
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
