import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { atBoundary } from '../activities/boundary';
import { loggerTo } from '../cli/log';
import { Written } from '../cli/testing';
import { writeEntry } from './runtime';

function logged(entry: Parameters<typeof writeEntry>[1]): Record<string, unknown> {
  const written = new Written();
  writeEntry(loggerTo(written, { level: 'info' }), entry);
  return JSON.parse(written.text) as Record<string, unknown>;
}

/** The failure that the SDK logs if this activity throws. */
async function failureOf(error: unknown, ...input: readonly object[]): Promise<unknown> {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const { work } = atBoundary(
    { work: async (..._input: object[]): Promise<void> => await Promise.reject(error) },
    { work: z.array(z.looseObject({})) },
  );
  return await environment.run(work, ...input).catch((failure: unknown) => failure);
}

test('the worker logs a failed activity with its reason, archive and AWS request', async () => {
  const thrown = Object.assign(new Error('Please reduce your request rate.'), {
    name: 'ServiceUnavailable',
    $metadata: { httpStatusCode: 503, requestId: 'req-1' },
  });
  const error = await failureOf(thrown, { settings: { run: 'r1' }, archive: { archiveId: 'a-1', index: 7 } });
  expect(
    logged({ level: 'WARN', message: 'Activity failed', meta: { error, attempt: 3, taskToken: 'long' } }),
  ).toMatchObject({
    level: 40,
    msg: 'Activity failed',
    attempt: 3,
    run: 'r1',
    archiveId: 'a-1',
    archiveIndex: 7,
    error: {
      type: 'Unavailable',
      message: 'ServiceUnavailable: Please reduce your request rate. (AWS request req-1)',
      cause: { awsRequestId: 'req-1', httpStatus: 503 },
    },
  });
});

test('the worker logs a failed batch with its shard', async () => {
  const error = await failureOf(new Error('x'), { settings: { run: 'r1' }, shard: 3, jobs: [] });
  expect(logged({ level: 'WARN', message: 'Activity failed', meta: { error } })).toMatchObject({ run: 'r1', shard: 3 });
});

test('the worker logs a failed workflow with its reason', () => {
  const error = ApplicationFailure.nonRetryable('the inventory is not valid JSON', 'InventoryUnusable');
  expect(logged({ level: 'WARN', message: 'Workflow failed', meta: { error } })).toMatchObject({
    error: { type: 'InventoryUnusable', message: 'the inventory is not valid JSON' },
  });
});

test('the worker logs entries without fields, and never the token of a task', () => {
  expect(logged({ level: 'ERROR', message: 'core says' })).toMatchObject({ level: 50, msg: 'core says' });
  expect(logged({ level: 'ERROR', message: 'x', meta: { taskToken: 'abc' } })).not.toHaveProperty('taskToken');
});
