import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, RetryState } from '@temporalio/common';
import { emptyTally } from '../../src/domain/tally';
import { startSandboxClients, type SandboxClients } from 'glacier-sandbox/testing';
import type { RunState } from '../../src/wire/progress';
import { ExitCode } from '../exit-codes';
import { runCli } from '../program';
import { sampleProgress } from '../status/sample-progress';
import { testCli, type TestCli } from '../testing';

const COMMANDS = [['list'], ['report'], ['report', '-o', '/nowhere'], ['verify'], ['archive', 'some-id']] as const;
let clients: SandboxClients;
let cache: string;

beforeAll(async () => {
  clients = await startSandboxClients();
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'my-bucket' }));
  cache = await mkdtemp(join(tmpdir(), 'failed-run-'));
});
afterAll(async () => {
  await clients.close();
  await rm(cache, { recursive: true });
});

/** A command line that meets a run without an inventory. */
function cliOf(
  state: RunState,
  status: string,
  result: () => Promise<unknown>,
  { bucket = 'my-bucket', answers = true }: { readonly bucket?: string; readonly answers?: boolean } = {},
): TestCli {
  const progress = { ...sampleProgress({ state, bucket, bucketOwner: null, openShards: [] }), ...emptyTally() };
  const handle = {
    describe: async () => ({ type: 'vaultTransfer', status: { name: status }, closeTime: new Date() }),
    query: async () => {
      if (!answers) throw new Error('no poller seen');
      return progress;
    },
    result,
  };
  const env = { XDG_CACHE_HOME: cache };
  return testCli({ client: { workflow: { getHandle: () => handle } }, aws: { s3: clients.s3 }, env });
}

const failed = (type: string, message: string) => (): Promise<never> =>
  Promise.reject(
    new WorkflowFailedError('failed', ApplicationFailure.create({ type, message }), RetryState.NON_RETRYABLE_FAILURE),
  );

const run = ({ context }: TestCli, [command, ...rest]: readonly string[]): Promise<number> => {
  const args = rest[0] === '-o' ? ['-o', join(cache, 'report.csv')] : rest;
  return runCli(context, [command ?? '', 'photos-1', ...args]);
};

describe.each(COMMANDS.map((command) => [command]))('%j of a run without an inventory', (command) => {
  test('tells how the run failed, and the command that starts it again', async () => {
    const cli = cliOf('failed', 'FAILED', failed('Unavailable', 'no space left'));
    expect(await run(cli, command)).toBe(ExitCode.Error);
    expect(cli.stdout.text).toBe('');
    expect(cli.stderr.text).toBe(
      'The run photos-1 failed: no space left. The run has ended. Once this is fixed, reopen it: ' +
        'glacier-transfer retry photos-1\n',
    );
  });

  test('has the exit code of what made the run fail, also where its bucket is missing or no worker answers', async () => {
    const denied = failed('AccessDenied', 'not allowed');
    expect(await run(cliOf('failed', 'FAILED', denied, { bucket: 'missing' }), command)).toBe(ExitCode.Configuration);
    expect(await run(cliOf('failed', 'FAILED', denied, { answers: false }), command)).toBe(ExitCode.Configuration);
  });

  test('advises no retry of a request that was wrong', async () => {
    const cli = cliOf('failed', 'FAILED', failed('InvalidRequest', 'no such vault'));
    expect(await run(cli, command)).toBe(ExitCode.Configuration);
    expect(cli.stderr.text).toBe('The run photos-1 failed: no such vault.\n');
  });

  test('tells that the run was cancelled', async () => {
    const cli = cliOf('cancelled', 'COMPLETED', async () => sampleProgress({ state: 'cancelled' }));
    expect(await run(cli, command)).toBe(ExitCode.Error);
    expect(cli.stderr.text).toBe('The run photos-1 was cancelled before its inventory was read.\n');
  });

  test('waits while the run goes on', async () => {
    const cli = cliOf('inventory', 'RUNNING', async () => null);
    expect(await run(cli, command)).toBe(command[0] === 'list' ? ExitCode.Ok : ExitCode.Temporary);
    expect(cli.stderr.text).toMatch(/waiting for (its|the) inventory/);
  });
});
