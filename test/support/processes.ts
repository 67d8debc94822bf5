import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(__dirname, '../../dist/cli/main.js');

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** What it has written to its log so far, JSON Lines. */
  log(): string;
  /** Sends a signal and waits for the end. @returns the exit code, or the signal that ended it */
  end(signal: NodeJS.Signals): Promise<number | string>;
  /** Settles as {@link end} does, whoever ends it. */
  readonly ended: Promise<number | string>;
}

/** Starts the compiled program as a person would: `npm run build` comes first. */
export function startProcess(args: readonly string[], environment: Readonly<Record<string, string>>): WorkerProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
  }
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    log: () => written,
    ended,
    end: async (signal) => {
      child.kill(signal);
      return await ended;
    },
  };
}

export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command of the compiled program to its end. */
export const runCommand = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Answer> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });
