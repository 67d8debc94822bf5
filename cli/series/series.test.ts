import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, RetryState } from '@temporalio/common';
import type { SeriesProgress, SeriesSummary } from '../../src/wire/series';
import { ExitCode } from '../exit-codes';
import { runCli } from '../program';
import { sampleProgress } from '../status/sample-progress';
import { testCli, type TestCli } from '../testing';
import { sampleSeries } from './sample-series';
import { Series } from './series';

interface There {
  readonly progress?: SeriesProgress | Error;
  readonly status?: string;
  readonly result?: SeriesSummary | Error;
}

const { archives, bytes } = sampleProgress();
const said = <T>(answer: T | Error): T => {
  if (answer instanceof Error) throw answer;
  return answer;
};

/** A Temporal that has the series `all`, of which the run `all-photos` goes on. */
function temporalWith({ progress = sampleSeries(), status = 'RUNNING', result }: There) {
  const orders: (readonly [string, string, unknown])[] = [];
  const getHandle = (id: string) => ({
    describe: async () => {
      if (id === 'all') return { type: 'vaultSeries', status: { name: status }, closeTime: new Date(0) };
      if (id === 'all-photos') return { type: 'vaultTransfer', status: { name: 'RUNNING' } };
      throw new WorkflowNotFoundError('none', id, undefined);
    },
    query: async () => (id === 'all' ? said(progress) : sampleProgress({ run: id })),
    result: async () => said(result),
    executeUpdate: async (update: string, options?: { args: unknown[] }) => {
      orders.push([id, update, options?.args[0]]);
      return said(progress);
    },
  });
  const client = {
    workflow: { getHandle },
    withDeadline: async (_: number, act: () => Promise<unknown>) => await act(),
  };
  return { client, orders };
}

function cliWith(there: There = {}): TestCli & { readonly orders: readonly unknown[] } {
  const { client, orders } = temporalWith(there);
  return { ...testCli({ client, answer: 'yes' }), orders };
}
const ending = (cause: Error): WorkflowFailedError => new WorkflowFailedError('failed', cause, RetryState.TIMEOUT);

test('status shows the vaults, and asks their runs', async () => {
  const text = cliWith();
  expect(await runCli(text.context, ['status', 'all'])).toBe(ExitCode.Ok);
  expect(text.stdout.text).toMatch(/^photos  all-photos  transferring         4 /m);
  const json = cliWith();
  expect(await runCli(json.context, ['status', 'all', '--json'])).toBe(ExitCode.Ok);
  expect(JSON.parse(json.stdout.text)).toMatchObject({
    message_type: 'series',
    series: 'all',
    archives: { verified: 14 },
    vaults: [{ state: 'completed' }, { state: 'transferring', archives: { verified: 4 } }, { state: 'waiting' }],
  });
});

test.each([
  ['pause', 'all is paused. To resume it: glacier-transfer resume all\n'],
  ['resume', 'all is resumed. Follow it: glacier-transfer status all --watch\n'],
  ['cancel', 'all is being cancelled. Follow it: glacier-transfer status all --watch\n'],
])('%s is an order to the series', async (order, sentence) => {
  const { context, stdout, stderr, orders } = cliWith();
  expect(await runCli(context, [order, 'all'])).toBe(ExitCode.Ok);
  expect(orders).toEqual([['all', order, undefined]]);
  expect(stdout.text).toBe(sentence);
  expect(stderr.text).toMatch(order === 'cancel' ? /^all has verified 14 of 20 archives\./ : /^$/);
});

test('set sends the new rate limits of a series as an update', async () => {
  const { client, orders } = temporalWith({});
  const status = await new Series(client as never, 'all').setRateLimits({ requestsPerSecond: 5 });
  expect(orders).toEqual([['all', 'setRateLimits', { requestsPerSecond: 5 }]]);
  expect(status).toMatchObject({ run: 'all', archives: { verified: 14 } });
});

test.each(['list', 'verify', 'retry'])('%s is for one of its runs', async (command) => {
  const { context, stderr } = cliWith();
  expect(await runCli(context, [command, 'all'])).toBe(ExitCode.Usage);
  expect(stderr.text).toMatch(
    /^"all" is a series of several vaults, each a separate run: all-films, all-photos, all-texts\./,
  );
});

describe('watched to its end', () => {
  const ended = (
    state: SeriesProgress['state'],
    vaults: SeriesProgress['vaults'] = sampleSeries().vaults.slice(0, 1),
  ): SeriesSummary => ({
    ...sampleSeries({ state, vaults, finishedAt: '2026-11-23T11:00:00.000Z' }),
    archives,
    bytes,
  });

  test.each<[string, There, ExitCode, RegExp]>([
    ['complete', { result: ended('completed') }, ExitCode.Ok, /^$/],
    [
      'with exceptions',
      { result: ended('completed-with-failures', sampleSeries().vaults) },
      ExitCode.SomeNotMoved,
      /^Of 3 vaults, 2 are not moved completely: see glacier-transfer status all-photos, then glacier-transfer retry/,
    ],
    [
      'cancelled',
      { progress: ended('cancelled'), status: 'CANCELLED', result: ending(new CancelledFailure('cancelled')) },
      ExitCode.Error,
      /^The vaults of all were cancelled\./,
    ],
    [
      'refused',
      {
        progress: ended('failed'),
        status: 'FAILED',
        result: ending(ApplicationFailure.nonRetryable('vaults: too few', 'InvalidRequest')),
      },
      ExitCode.Configuration,
      /^all failed: vaults: too few$/m,
    ],
  ])('%s', async (_, there, exitCode, sentence) => {
    const progress = there.progress ?? there.result;
    const { context, stdout, stderr } = cliWith({
      status: 'COMPLETED',
      ...there,
      ...(progress === undefined ? {} : { progress }),
    });
    expect(await runCli(context, ['status', 'all', '--watch'])).toBe(exitCode);
    expect(stderr.text).toMatch(sentence);
    expect(stdout.text).toMatch(/^vault +run/m);
  });

  test('is told from its result when no worker is there', async () => {
    const there = { status: 'COMPLETED', progress: new Error('no poller seen'), result: ended('completed') };
    const { context, stdout } = cliWith(there);
    expect(await runCli(context, ['status', 'all'])).toBe(ExitCode.Ok);
    expect(stdout.text).toMatch(/^all is complete: 10 of 10 archives/);
  });
});

test('one that was terminated does not look alive', async () => {
  const { context, stdout } = cliWith({ status: 'TERMINATED' });
  expect(await runCli(context, ['status', 'all'])).toBe(ExitCode.Ok);
  expect(stdout.text).toMatch(
    /^all failed: .*[^]*^Result +the series was ended in Temporal itself; its open runs go on/m,
  );
});
