import { emptyTally } from '../src/domain/tally';
import { Failure } from '../src/failures';
import type { Counts } from '../src/wire/progress';
import { CliError, ExitCode, exitCodeOfFailure, exitCodeOfSummary, usageError } from './exit-codes';

const counts = (some: Partial<Counts>): Counts => ({ ...emptyTally().archives, ...some });

test.each([
  ['everything verified', 'completed', counts({ total: 3, verified: 3 }), 0, ExitCode.Ok],
  ['an empty vault', 'completed', counts({}), 0, ExitCode.Ok],
  ['excluded archives do not count', 'completed', counts({ total: 3, verified: 3, excluded: 9 }), 0, ExitCode.Ok],
  ['one failed', 'completed-with-failures', counts({ total: 3, verified: 2, failed: 1 }), 0, ExitCode.SomeNotMoved],
  ['one skipped', 'completed-with-failures', counts({ total: 3, verified: 2, skipped: 1 }), 0, ExitCode.SomeNotMoved],
  ['one unreadable row', 'completed', counts({ total: 3, verified: 3 }), 1, ExitCode.SomeNotMoved],
  ['cancelled', 'cancelled', counts({ total: 3, verified: 1, skipped: 2 }), 0, ExitCode.Error],
  ['failed', 'failed', counts({}), 0, ExitCode.Error],
] as const)('%s', (_, state, archives, quarantinedRows, code) => {
  expect(exitCodeOfSummary({ state, archives, quarantinedRows })).toBe(code);
});

test('the failure of a run tells configuration from other errors, and is never a temporary one', () => {
  expect(exitCodeOfFailure(Failure.InvalidRequest)).toBe(ExitCode.Configuration);
  expect(exitCodeOfFailure(Failure.AccessDenied)).toBe(ExitCode.Configuration);
  expect(exitCodeOfFailure(Failure.NoInventoryYet)).toBe(ExitCode.Error);
  expect(exitCodeOfFailure(Failure.Unavailable)).toBe(ExitCode.Error);
  expect(exitCodeOfFailure(Failure.InventoryUnusable)).toBe(ExitCode.Error);
  expect(exitCodeOfFailure('WorkflowTaskFailed')).toBe(ExitCode.Error);
});

test('bad input ends with code 2', () => {
  expect(usageError('no')).toBeInstanceOf(CliError);
  expect(usageError('no').exitCode).toBe(2);
});
