import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { TransferError } from '../src/failures';
import { atBoundary } from './boundary';

const environment = (): MockActivityEnvironment =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

/** The failure of an activity that throws this. */
async function failureOf(thrown: unknown, env = environment()): Promise<unknown> {
  const { work } = atBoundary(
    {
      work: async (): Promise<void> => {
        throw thrown;
      },
    },
    { work: z.tuple([]) },
  );
  return await env.run(work).catch((error: unknown) => error);
}
const aws = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error('said AWS'), { name, $metadata: { httpStatusCode, requestId: 'req-1' } });

test.each([
  [
    'an error of ours',
    new TransferError('KeyTaken', 'taken'),
    { type: 'KeyTaken', message: 'taken', nonRetryable: true },
  ],
  [
    'a retryable error of ours',
    new TransferError('Unavailable', 'away', { retryable: true }),
    { type: 'Unavailable', nonRetryable: false },
  ],
  [
    'an error of ours with details',
    new TransferError('JobExpired', 'gone', { details: [[{ part: 1 }]] }),
    { type: 'JobExpired', details: [[{ part: 1 }]] },
  ],
  [
    'a denial by AWS that stops the run',
    aws('AccessDeniedException', 403),
    { type: 'AccessDenied', nonRetryable: true, message: expect.stringMatching(/The run waits.*AWS request req-1/) },
  ],
  ['an invalid request', aws('InvalidRequest', 400), { type: 'Refused', nonRetryable: true }],
  ['a transient error', aws('ServiceUnavailableException', 500), { type: 'Unavailable', nonRetryable: false }],
  ['an unknown error', new Error('what?'), { type: 'Unavailable', nonRetryable: false, message: 'Error: what?' }],
])('an activity that throws %s fails with the type of our failures', async (_name, thrown, expected) => {
  const failure = await failureOf(thrown);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject(expected);
});

const onAttempt = (attempt: number): MockActivityEnvironment =>
  new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });

test.each<[string, unknown, number, number, number]>([
  ['throttling', aws('ThrottlingException', 400), 1, 10_000, 30_000],
  ['a transient error', aws('InternalError', 500), 1, 500, 1_500],
  ['a retryable error of ours', new TransferError('Unavailable', 'away', { retryable: true }), 3, 2_000, 6_000],
  ['a lasting error', aws('InternalError', 500), 50, 30_000, 90_000],
])('%s delays the next attempt, with jitter', async (_name, thrown, attempt, leastMs, mostMs) => {
  const delays = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const failure = (await failureOf(thrown, onAttempt(attempt))) as ApplicationFailure;
      return Number(failure.nextRetryDelay);
    }),
  );
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(leastMs);
  expect(Math.max(...delays)).toBeLessThanOrEqual(mostMs);
  expect(new Set(delays).size).toBeGreaterThan(1);
});

test('a failure that is not retryable has no retry delay', async () => {
  expect(await failureOf(aws('NoSuchBucket', 404))).toMatchObject({ nextRetryDelay: undefined });
});

test('a failure of Temporal is passed on unchanged', async () => {
  const original = ApplicationFailure.nonRetryable('as it is', 'KeyTaken');
  expect(await failureOf(original)).toBe(original);
});

test('a cancelled activity fails as cancelled, however the abort surfaced', async () => {
  const env = environment();
  env.cancel('CANCELLED');
  expect(await failureOf(aws('AbortError', 500), env)).toBeInstanceOf(CancelledFailure);
});

test('the CancelledFailure of a cancelled activity keeps its details', async () => {
  const env = environment();
  env.cancel('CANCELLED');
  const said = new CancelledFailure('stopped', [{ part: 1 }]);
  expect(await failureOf(said, env)).toBe(said);
});

test('a worker that shuts down fails its activities for an immediate retry', async () => {
  const env = environment();
  env.cancel('WORKER_SHUTDOWN');
  expect(await failureOf(new Error('aborted'), env)).toMatchObject({
    type: 'Unavailable',
    nonRetryable: false,
    nextRetryDelay: 1,
  });
});

test('an activity that completes despite a cancellation has succeeded', async () => {
  const env = environment();
  const { work } = atBoundary(
    {
      work: async () => {
        env.cancel('CANCELLED');
        return 'done';
      },
    },
    { work: z.tuple([]) },
  );
  expect(await env.run(work)).toBe('done');
});

test('an activity gets its input as parsed by its schema, and is not called with an invalid one', async () => {
  const calls: unknown[] = [];
  const { work } = atBoundary(
    { work: async (input: { readonly size: number }) => void calls.push(input) },
    { work: z.tuple([z.object({ size: z.int() })]) },
  );
  const call = work as (...input: unknown[]) => Promise<void>;
  await environment().run(call, { size: 1, added: 'by a newer version' });
  for (const input of [[{ size: 'CAST(secret AS BIGINT)' }], [null], [], [{ size: 1 }, 'more']]) {
    await expect(environment().run(call, ...input)).rejects.toMatchObject({
      type: 'InvalidRequest',
      nonRetryable: true,
      message: expect.not.stringContaining('secret') as string,
    });
  }
  expect(calls).toEqual([{ size: 1 }]);
});
