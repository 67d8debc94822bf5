import { Failure } from '../src/failures';
import type { TransferSummary } from '../src/wire/progress';

/** Exit codes of every command. Any other code is a failure too. */
export const ExitCode = {
  /** Done; after a run that was waited for: every archive is verified. */
  Ok: 0,
  /** Any other error. */
  Error: 1,
  /** The command line is wrong. Nothing was started. */
  Usage: 2,
  /** The run finished; some archives failed or were skipped, or inventory rows could not be parsed. */
  SomeNotMoved: 3,
  /** What was called verified is no longer as it was, or the records of a run are not whole. */
  Mismatch: 4,
  /** Passing trouble: the same command may work later. */
  Temporary: 5,
  /** Wrong configuration, a missing permission, a full disk or such: somebody has to change something. */
  Configuration: 7,
  /** Interrupted from the keyboard, or the reader of the output went away. A run that was watched goes on. */
  Interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An end of a command that is not success: one sentence for the person, one code for the script. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message);
  }
}

/** Bad input: one sentence that says what is wrong and what would be right. */
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

/** Exit code for a run that came to an end with a summary. What the operator's filter excluded does not count. */
export function exitCodeOfSummary(summary: Pick<TransferSummary, 'state' | 'archives' | 'quarantinedRows'>): ExitCode {
  const { state, archives, quarantinedRows } = summary;
  if (state !== 'completed' && state !== 'completed-with-failures') return ExitCode.Error;
  return archives.verified === archives.total && quarantinedRows === 0 ? ExitCode.Ok : ExitCode.SomeNotMoved;
}
