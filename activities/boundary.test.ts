import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { TransferError } from '../src/failures';
import { atBoundary } from './boundary';

const environment = (): MockActivityEnvironment =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

/** What an activity that throws this fails with. */
async function failureOf(thrown: unknown, env = environment()): Promise<unknown> {
  const { work } = atBoundary({
    work: async (): Promise<void> => {
      throw thrown;
    },
  });
  return await env.run(work).catch((error: unknown) => error);
}
const aws = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error('said AWS'), { name, $metadata: { httpStatusCode, requestId: 'req-1' } });

test.each([
  ['our own error', new TransferError('KeyTaken', 'taken'), { type: 'KeyTaken', message: 'taken', nonRetryable: true }],
  [
    'our own passing error',
    new TransferError('Unavailable', 'away', { retryable: true }),
    { type: 'Unavailable', nonRetryable: false },
  ],
  [
    'our own error with facts',
    new TransferError('JobExpired', 'gone', { details: [[{ part: 1 }]] }),
    { type: 'JobExpired', details: [[{ part: 1 }]] },
  ],
  [
    'a refusal of AWS',
    aws('AccessDeniedException', 403),
    { type: 'AccessDenied', nonRetryable: true, message: 'AccessDeniedException: said AWS (AWS request req-1)' },
  ],
  ['a passing fault', aws('ServiceUnavailableException', 500), { type: 'Unavailable', nonRetryable: false }],
  ['something unknown', new Error('what?'), { type: 'Unavailable', nonRetryable: false, message: 'Error: what?' }],
])('%s', async (_name, thrown, expected) => {
  const failure = await failureOf(thrown);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject(expected);
  expect(failure).toMatchObject({ nextRetryDelay: undefined });
});

test('a throttle makes the next try wait for ten seconds at least', async () => {
  const failure = (await failureOf(aws('ThrottlingException', 400))) as ApplicationFailure;
  expect(failure).toMatchObject({ type: 'Unavailable', nonRetryable: false });
  expect(Number(failure.nextRetryDelay)).toBeGreaterThanOrEqual(10_000);
});

test('what is Temporal’s already stays as it is', async () => {
  const original = ApplicationFailure.nonRetryable('as it is', 'KeyTaken');
  expect(await failureOf(original)).toBe(original);
});

test('a cancelled activity fails as cancelled, whatever broke inside', async () => {
  const env = environment();
  env.cancel('CANCELLED');
  expect(await failureOf(aws('AbortError', 500), env)).toBeInstanceOf(CancelledFailure);
});

test('a worker that shuts down hands the work to another one at once', async () => {
  const env = environment();
  env.cancel('WORKER_SHUTDOWN');
  expect(await failureOf(new Error('aborted'), env)).toMatchObject({
    type: 'Unavailable',
    nonRetryable: false,
    nextRetryDelay: 1,
  });
});

test('an activity that succeeds in spite of a cancellation has succeeded', async () => {
  const env = environment();
  const { work } = atBoundary({
    work: async () => {
      env.cancel('CANCELLED');
      return 'done';
    },
  });
  expect(await env.run(work)).toBe('done');
});
