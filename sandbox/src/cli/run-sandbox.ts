import type { SandboxOptions } from '../options';
import { type Sandbox, startSandbox } from '../sandbox';
import { sandboxEnvironment } from './environment';

/** How a program that runs a sandbox talks to the person at the terminal. */
export interface Terminal {
  /** Prints to standard output. */
  readonly result: (text: string) => Promise<void> | void;
  /** Prints a line to standard error. */
  readonly message: (line: string) => void;
}

/** Runs a sandbox until `signal` is aborted, then prints how often each fault was injected. */
export async function runSandbox(options: SandboxOptions, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const sandbox = await startSandbox(options);
  try {
    await terminal.result(
      [
        `Glacier, S3, SNS and SQS are at ${sandbox.endpoint}; their data is in ${options.dataDir}.`,
        'To use them in another terminal:',
        ...Object.entries(sandboxEnvironment(sandbox.endpoint)).map(([name, value]) => `export ${name}=${value}`),
      ].join('\n'),
    );
    terminal.message('Press Ctrl-C to stop it.');
    await aborted(signal);
    for (const line of faultLines(sandbox)) terminal.message(line);
  } finally {
    await sandbox.close();
  }
}

const faultLines = ({ faults }: Sandbox): readonly string[] =>
  faults.report().map(({ rule, matched, injected }) => {
    const on = 'on' in rule ? ` on ${rule.on.join(', ')}` : '';
    return `${rule.fault}${on}: injected ${injected} of ${matched} matching calls`;
  });

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
