import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { RateLimits } from '../../src/wire/request';
import { ExitCode } from '../exit-codes';
import { runCli } from '../program';
import { sampleProgress } from '../status/sample-progress';
import { testCli } from '../testing';

/** A command line in front of a run that takes a pace, or throws. */
function cliWith(reach: { readonly status?: string; readonly refusal?: Error } = {}) {
  const updates: unknown[] = [];
  const handle = {
    describe: async () => ({ type: 'vaultTransfer', status: { name: reach.status ?? 'RUNNING' } }),
    executeUpdate: async (update: string, { args: [change] }: { args: [Partial<RateLimits>] }) => {
      updates.push([update, change]);
      if (reach.refusal !== undefined) throw reach.refusal;
      return sampleProgress({ rateLimits: { ...sampleProgress().rateLimits, ...change } });
    },
  };
  const client = {
    workflow: { getHandle: () => handle },
    withDeadline: async (_: number, act: () => Promise<unknown>) => await act(),
  };
  return { ...testCli({ client }), updates };
}

test.each([
  [['--bytes-per-day', '20TiB'], { bytesPerDay: '21990232555520' }, '20.0 TiB a day, 100 requests/s'],
  [['--requests-per-second', '0.5'], { requestsPerSecond: 0.5 }, '100.0 TiB a day, 0.5 requests/s'],
  [
    ['--bytes-per-day', '1.5T', '--requests-per-second', '2000'],
    { bytesPerDay: '1649267441664', requestsPerSecond: 2_000 },
    '1.5 TiB a day, 2,000 requests/s',
  ],
])('%j', async (args, change, pace) => {
  const { context, stdout, stderr, updates } = cliWith();
  expect(await runCli(context, ['set', 'photos-1', ...args])).toBe(ExitCode.Ok);
  expect(updates).toEqual([['setRateLimits', change]]);
  expect(stdout.text).toBe(`The rate limits of photos-1 are ${pace}. Check it: glacier-transfer status photos-1\n`);
  expect(stderr.text).toBe('');
});

test('--json is the status with the new pace', async () => {
  const { context, stdout } = cliWith();
  await runCli(context, ['set', 'photos-1', '--bytes-per-day', '1G', '--json']);
  expect(JSON.parse(stdout.text)).toMatchObject({
    message_type: 'status',
    rate_limits: { bytes_per_day: '1073741824', requests_per_second: 100 },
  });
});

const refusal = new WorkflowUpdateFailedError('no', ApplicationFailure.nonRetryable('The run is being cancelled.'));
test.each([
  ['nothing to set', [], {}, /^Nothing to set: use --bytes-per-day, .*not changed\.\n$/],
  ['no size', ['--bytes-per-day', 'much'], {}, /^"much" is not a valid number of bytes: .*\n$/],
  ['no rate', ['--requests-per-second', '0'], {}, /^"0" is not a valid number of requests per second: .*\n$/],
  ['a run that will not', ['--bytes-per-day', '1G'], { refusal }, /^The run is being cancelled\.\n$/],
  ['a run that has ended', ['--bytes-per-day', '1G'], { status: 'COMPLETED' }, /^The run photos-1 has ended/],
])('%s', async (_, args, reach, sentence) => {
  const { context, stdout, stderr } = cliWith(reach);
  expect(await runCli(context, ['set', 'photos-1', ...args])).toBe(ExitCode.Usage);
  expect(stderr.text).toMatch(sentence);
  expect(stdout.text).toBe('');
});
