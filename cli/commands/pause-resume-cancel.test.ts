import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { ExitCode } from '../exit-codes';
import { runCli } from '../program';
import { sampleProgress } from '../status/sample-progress';
import { testCli, type TestCli } from '../testing';

/** gRPC's FAILED_PRECONDITION, as the server answers updates of a workflow whose tasks fail. */
const notReady = (): Error =>
  Object.assign(new Error('9 FAILED_PRECONDITION'), { code: 9, details: 'not ready', metadata: {} });

interface Cli extends TestCli {
  readonly orders: readonly string[];
}

/** A command line in front of a run that does what it is told, or throws. */
function cliWith(reach: { status?: string; refusal?: Error; unknown?: Error; answer?: string } = {}): Cli {
  const orders: string[] = [];
  const handle = {
    describe: async () => {
      if (reach.unknown !== undefined) throw reach.unknown;
      return { type: 'vaultTransfer', status: { name: reach.status ?? 'RUNNING' } };
    },
    query: async () => sampleProgress(),
    executeUpdate: async (update: string) => {
      orders.push(update);
      if (reach.refusal !== undefined) throw reach.refusal;
      return sampleProgress({ state: 'paused' });
    },
  };
  const client = {
    workflow: { getHandle: () => handle },
    withDeadline: async (_: number, act: () => Promise<unknown>) => await act(),
  };
  return { ...testCli({ client, ...(reach.answer === undefined ? {} : { answer: reach.answer }) }), orders };
}

test.each([
  [['pause'], 'photos-1 is paused. To resume it: glacier-transfer resume photos-1\n'],
  [['resume'], 'photos-1 is resumed. Follow it: glacier-transfer status photos-1 --watch\n'],
  [['cancel', '--yes'], 'photos-1 is being cancelled. Follow it: glacier-transfer status photos-1 --watch\n'],
])('%j', async (args, said) => {
  const { context, stdout, stderr, orders } = cliWith();
  expect(await runCli(context, [...args, 'photos-1'])).toBe(ExitCode.Ok);
  expect(orders).toEqual([args[0]]);
  expect(stdout.text).toBe(said);
  expect(stderr.text).toBe('');
});

test('--json is the status after the order', async () => {
  const { context, stdout } = cliWith();
  await runCli(context, ['pause', 'photos-1', '--json']);
  expect(JSON.parse(stdout.text)).toMatchObject({ message_type: 'status', run: 'photos-1', state: 'paused' });
});

describe('to cancel takes a word', () => {
  test.each([
    ['y', ExitCode.Ok, ['cancel']],
    ['Yes ', ExitCode.Ok, ['cancel']],
    ['', ExitCode.Error, []],
    ['n', ExitCode.Error, []],
    ['yesterday', ExitCode.Error, []],
  ])('%j', async (answer, exitCode, given) => {
    const { context, stderr, orders } = cliWith({ answer });
    expect(await runCli(context, ['cancel', 'photos-1'])).toBe(exitCode);
    expect(stderr.text).toMatch(/^photos-1 has verified 4 of 10 archives\. .*Cancel it\? \[y\/N\] /);
    expect(orders).toEqual(given);
  });

  test('where nobody can be asked, nothing is done', async () => {
    const { context, stderr, orders } = cliWith();
    expect(await runCli(context, ['cancel', 'photos-1'])).toBe(ExitCode.Usage);
    expect(stderr.text).toBe('There is no terminal to confirm on: use --yes. The run was not changed.\n');
    expect(orders).toEqual([]);
  });
});

test.each([
  [
    'a run that will not',
    {
      refusal: new WorkflowUpdateFailedError('no', ApplicationFailure.nonRetryable('The run is being cancelled.')),
    },
    ExitCode.Usage,
    /^The run is being cancelled\.\n$/,
  ],
  ['a run that has ended', { status: 'COMPLETED' }, ExitCode.Usage, /^The run photos-1 has ended/],
  [
    'a run that ends at this moment',
    { refusal: new WorkflowNotFoundError('over', 'photos-1', undefined) },
    ExitCode.Usage,
    /^The run photos-1 has ended/,
  ],
  [
    'an unknown run',
    { unknown: new WorkflowNotFoundError('none', 'photos-1', undefined) },
    ExitCode.Usage,
    /^Temporal has no run named "photos-1"/,
  ],
  [
    'a command to a run without a worker',
    { refusal: new WorkflowUpdateRPCTimeoutOrCancelledError('deadline') },
    ExitCode.Temporary,
    /^No worker accepted the command for photos-1 .*worker --role all/,
  ],
  [
    'a run whose workers die again and again',
    { refusal: new ServiceError('Workflow Update failed', { cause: notReady() }) },
    ExitCode.Temporary,
    /^No worker accepted the command for photos-1 /,
  ],
])('%s', async (_, reach, exitCode, sentence) => {
  const { context, stdout, stderr } = cliWith(reach);
  expect(await runCli(context, ['pause', 'photos-1'])).toBe(exitCode);
  expect(stderr.text).toMatch(sentence);
  expect(stdout.text).toBe('');
});
