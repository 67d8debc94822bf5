import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CONTROL_QUEUE } from '../../src/ids';
import { findExecutable } from '../../src/temporal/temporal-cli-executable';
import type { RunProgress, TransferSummary } from '../../src/wire/progress';
import { BUCKET, startStack, VAULT, type Stack } from '../support/stack';
import { uploadArchives } from '../support/vault';

const run = promisify(execFile);

let stack: Stack;
let executable: string;

beforeAll(async () => {
  executable = await findExecutable(() => undefined);
  stack = await startStack();
  await uploadArchives(
    stack.clients,
    Array.from({ length: 5 }, (_, number) => ({ description: `file ${number}`, sizeBytes: 10 + number })),
  );
}, 60_000);
afterAll(async () => await stack.close());

/** Runs the Temporal CLI as people do, and reads its JSON. */
async function temporal(...args: string[]): Promise<unknown> {
  const { stdout } = await run(executable, [...args, '--output', 'json'], {
    env: { ...process.env, ...stack.environment },
  });
  return JSON.parse(stdout);
}

const start = async (run: string, ...input: string[]): Promise<unknown> =>
  await temporal(
    'workflow',
    'start',
    '--type',
    'vaultTransfer',
    '--task-queue',
    CONTROL_QUEUE,
    '--workflow-id',
    run,
    ...input,
  );

test('a run is started, awaited and queried with the Temporal CLI alone', async () => {
  await start('by-cli', '--input', JSON.stringify({ vault: VAULT, bucket: BUCKET }));
  const { status, result } = (await temporal('workflow', 'result', '--workflow-id', 'by-cli')) as {
    status: string;
    result: TransferSummary;
  };
  expect(status).toBe('COMPLETED');
  expect(result).toMatchObject({ run: 'by-cli', state: 'completed', archives: { total: 5, verified: 5 } });

  const answer = (await temporal('workflow', 'query', '--workflow-id', 'by-cli', '--type', 'progress')) as {
    queryResult: [RunProgress];
  };
  expect(answer.queryResult[0]).toMatchObject({ state: 'completed', archives: result.archives });
});

test('a run without a request fails immediately, with the reason', async () => {
  await start('empty');
  const outcome = await temporal('workflow', 'result', '--workflow-id', 'empty').catch((error: unknown) => error);
  expect(String((outcome as { stdout?: string }).stdout)).toContain('InvalidRequest');
});
