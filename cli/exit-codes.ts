import { Failure } from '../src/failures';
import type { TransferSummary } from '../src/wire/progress';

/** Exit codes of all commands. Any other code is also a failure. */
export const ExitCode = {
  /** Done; if the command waited for a run: every archive is verified. */
  Ok: 0,
  /** Any other error. */
  Error: 1,
  /** The command line is wrong. Nothing was started. */
  Usage: 2,
  /** The run finished; some archives failed or were skipped, or inventory rows could not be parsed. */
  SomeNotMoved: 3,
  /** A verified object has changed, or the records of a run are incomplete. */
  Mismatch: 4,
  /** Temporary failure; retry later. */
  Temporary: 5,
  /** Configuration, permissions, a full disk or the like: an operator has to fix something. */
  Configuration: 7,
  /** Interrupted from the keyboard, or the reader of the output went away. A watched run continues. */
  Interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An unsuccessful end of a command: one sentence for the user, one exit code for scripts. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message);
  }
}

/** Bad input: one sentence that says what is wrong and what is valid. */
export const usageError = (message: string): CliError => new CliError(message, ExitCode.Usage);

/** Exit code for the {@link Failure} type that ended a whole run. Never that of a temporary failure: the run is over. */
export function exitCodeOfFailure(type: string): ExitCode {
  switch (type) {
    case Failure.InvalidRequest:
    case Failure.AccessDenied:
    case Failure.Refused:
    case Failure.HostUnusable:
      return ExitCode.Configuration;
    default:
      return ExitCode.Error;
  }
}

/** Exit code for a run that ended with a summary. Excluded archives do not count. */
export function exitCodeOfSummary(summary: Pick<TransferSummary, 'state' | 'archives' | 'quarantinedRows'>): ExitCode {
  const { state, archives, quarantinedRows } = summary;
  if (state !== 'completed' && state !== 'completed-with-failures') return ExitCode.Error;
  return archives.verified === archives.total && quarantinedRows === 0 ? ExitCode.Ok : ExitCode.SomeNotMoved;
}
