import { ExitCode } from '../../cli/exit-codes';
import { startRun } from '../../cli/start-run';
import { requestOf } from '../../cli/run-request';
import { BUCKET, startStack, VAULT, type Stack } from '../support/stack';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: false });
}, 60_000);
afterAll(async () => await stack.close());

test('100 parallel starts with one name create one run', async () => {
  const request = { vault: VAULT, bucket: BUCKET, prefix: 'a/', tuning: { pollSeconds: 5 } };
  const starts = Array.from({ length: 100 }, () => startRun(stack.client, 'hundredfold', request));
  const outcomes = await Promise.all(starts);
  expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'attached')).toHaveLength(99);

  const { runId } = await stack.client.workflow.getHandle('hundredfold').describe();
  expect(await requestOf(stack.client, 'hundredfold', runId)).toEqual(request);
});

test('100 parallel starts with one name and two destinations create one run, and no start attaches to the other destination', async () => {
  const starts = Array.from({ length: 100 }, (_, number) =>
    startRun(stack.client, 'two-places', {
      vault: VAULT,
      bucket: BUCKET,
      prefix: number % 2 === 0 ? 'a/' : 'b/',
    }).catch((error: { exitCode: number }) => error.exitCode),
  );
  const outcomes = await Promise.all(starts);
  expect(outcomes.filter((outcome) => outcome === 'begun')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'attached')).toHaveLength(49);
  expect(outcomes.filter((outcome) => outcome === ExitCode.Usage)).toHaveLength(50);
});
