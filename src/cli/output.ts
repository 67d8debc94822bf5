import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { CliError } from './exit-codes';
import { safeText } from './text/safe-text';

/** A stream that may be a terminal, as process.stdout is. */
export type Stream = Writable & { readonly isTTY?: boolean };
export type Environment = Readonly<Record<string, string | undefined>>;

/** A terminal that can redraw a line. */
export const isInteractive = (stream: Stream, env: Environment): boolean =>
  stream.isTTY === true && env['TERM'] !== 'dumb';

/** Colour only on a terminal, and never against the person's wish (https://no-color.org). */
export const wantsColour = (stream: Stream, env: Environment): boolean =>
  isInteractive(stream, env) && (env['NO_COLOR'] ?? '') === '';

/** Results go to standard output, messages to standard error. */
export class Output {
  constructor(
    readonly stdout: Stream,
    readonly stderr: Stream,
    readonly env: Environment,
  ) {}

  /** Writes a line of the result; resolves when the reader can take more, so that long lists need no memory. */
  async result(line: string): Promise<void> {
    if (!this.stdout.write(`${line}\n`)) await once(this.stdout, 'drain');
  }

  /** Writes one line of JSON Lines. `message_type` tells readers what it is. */
  json(record: Readonly<Record<string, unknown>> & { readonly message_type: string }): Promise<void> {
    return this.result(JSON.stringify(record));
  }

  message(line: string): void {
    this.stderr.write(`${line}\n`);
  }

  /** The last words of a command that did not succeed. */
  async failure(error: CliError, json: boolean): Promise<void> {
    if (json) return this.json(exitErrorRecord(error));
    this.message(error.message.split('\n').map(safeText).join('\n'));
  }
}

const exitErrorRecord = (error: CliError) => ({
  message_type: 'exit_error' as const,
  code: error.exitCode,
  message: error.message,
});
