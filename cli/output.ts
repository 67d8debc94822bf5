import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { CliError, ExitCode } from './exit-codes';
import { safeText } from './text/format';
import { basename, relative } from 'node:path';

/** How the user runs this program: by name if installed, as a script in a checkout. */
export function invocation(script = process.argv[1] ?? ''): string {
  const isInstalled = basename(script) === 'glacier-transfer';
  return isInstalled ? 'glacier-transfer' : `node ${relative(process.cwd(), script)}`;
}

/** A stream that may be a terminal, as process.stdout is, or a file, which `sync` waits for. */
export type Stream = Writable & { readonly isTTY?: boolean; readonly sync?: () => void };
export type Environment = Readonly<Record<string, string | undefined>>;

/** A terminal that can redraw a line. */
export const isInteractive = (stream: Stream, env: Environment): boolean =>
  stream.isTTY === true && env['TERM'] !== 'dumb';

/** Color only on a terminal, and respecting https://no-color.org. */
export const wantsColour = (stream: Stream, env: Environment): boolean =>
  isInteractive(stream, env) && (env['NO_COLOR'] ?? '') === '';

/** Results go to standard output, messages to standard error. */
export class Output {
  private stdoutError: CliError | null = null;
  private stderrError: CliError | null = null;

  /** @param onCut called once when standard output can no longer be written: the reader has gone, or the disk is full */
  constructor(
    readonly stdout: Stream,
    readonly stderr: Stream,
    readonly env: Environment,
    private readonly onCut: () => void = () => undefined,
  ) {
    stdout.on('error', (error) => this.onStdoutError(error));
    stderr.on('error', (error) => {
      this.stderrError ??= cutFailure('Standard error', error);
    });
  }

  /**
   * Writes a line of the result; resolves when the reader accepts more, so that long lists need no memory.
   * @throws CliError when standard output cannot be written
   */
  async result(line: string): Promise<void> {
    this.assertWritable();
    if (this.stdout.write(`${line}\n`)) return;
    // The rejection has been recorded by the listener above.
    await once(this.stdout, 'drain').catch(() => undefined);
    this.assertWritable();
  }

  /** Writes one line of JSON Lines. `message_type` tells readers what it is. */
  json(record: Readonly<Record<string, unknown>> & { readonly message_type: string }): Promise<void> {
    return this.result(JSON.stringify(record));
  }

  message(line: string): void {
    this.stderr.write(`${line}\n`);
  }

  /** Why standard output is truncated; null if it is not. */
  get stdoutFailure(): CliError | null {
    return this.stdoutError;
  }

  /** Why messages are missing; null when none is. */
  get stderrFailure(): CliError | null {
    return this.stderrError;
  }

  /** Waits until everything is written to both streams, or cannot be. */
  async written(): Promise<void> {
    await flushed(this.stderr);
    await flushed(this.stdout);
    try {
      if (this.stdoutError === null) this.stdout.sync?.();
    } catch (error) {
      this.onStdoutError(error as Error);
    }
  }

  /** The error of a command: as a JSON line if standard output is JSON. */
  async failure(error: CliError, json: boolean): Promise<void> {
    if (error.message === '') return;
    if (json && this.stdoutError === null) return this.json(exitErrorRecord(error)).catch(() => this.tell(error));
    this.tell(error);
  }

  private tell(error: CliError): void {
    this.message(error.message.split('\n').map(safeText).join('\n'));
  }

  private assertWritable(): void {
    if (this.stdoutError !== null) throw this.stdoutError;
  }

  private onStdoutError(error: Error): void {
    if (this.stdoutError !== null) return;
    this.stdoutError = cutFailure('Standard output', error);
    this.onCut();
  }
}

/** A reader that has gone, like `head`, needs no message. */
function cutFailure(what: string, error: NodeJS.ErrnoException): CliError {
  if (error.code === 'EPIPE') return new CliError('', ExitCode.Interrupted);
  const { systemErrorOf, systemReason, systemRemedy } = require('./system-error') as typeof import('./system-error');
  const found = systemErrorOf(error);
  const reason = found === null ? error.message : `${systemReason(found)}. ${systemRemedy(found)}`;
  return new CliError(`${what} was truncated: ${reason}.`, ExitCode.Configuration);
}

const flushed = (stream: Stream): Promise<void> => new Promise((resolve) => stream.write('', () => resolve()));

const exitErrorRecord = (error: CliError) => ({
  message_type: 'exit_error' as const,
  code: error.exitCode,
  message: error.message,
});
