import { ExitCode } from './exit-codes';
import { runCli } from './program';
import { sampleProgress } from './status/sample-progress';
import { testCli } from './testing';

const client = (workflow: object) => ({ options: { namespace: 'default' }, workflow });
const runningRun = (progress = sampleProgress()) =>
  client({
    getHandle: () => ({
      describe: async () => ({ type: 'vaultTransfer', status: { name: 'RUNNING' } }),
      query: async () => progress,
    }),
  });

describe('bad input is one clear sentence and exit code 2', () => {
  test.each([
    [['strat'], /^Unknown command 'strat' \(Did you mean start\?\)\. See glacier-transfer --help\.\n$/],
    [['status'], /^Missing required argument 'run'/],
    [['start', 'photos'], /^Required option '--to <s3-url>' not specified/],
    [['start', 'pho tos', '--to', 's3://my-bucket'], /^"pho tos" is no vault name: .*\n$/],
    [['start', 'photos', '--to', 'my-bucket'], /^"my-bucket" is no S3 address: .*\n$/],
    [['start', 'photos', '--to', 's3://my-bucket', '--tier', 'slow'], /^"slow" is no retrieval tier: .*\n$/],
    [['start', 'photos', '--to', 's3://my-bucket', '--run', 'a/b'], /^"a\/b" is no run name: .*\n$/],
    [['doctor', 'photos', '--to', 's3://my-bucket', '--bucket-owner', '12'], /^"12" is no account: .*\n$/],
    [['policy', 'reader', 'photos', '--to', 's3://my-bucket'], /^"reader" is no role: choose one of setup, .*\n$/],
    [['status', 'photos-1', '--wait'], /^Unknown option '--wait'/],
    [['start', 'photos', '--to', 's3://my-bucket', '--bucket-owner', 'me'], /^"me" is no account: .*\n$/],
    [['list', 'photos-1', '--state', 'done'], /^"done" is no archive state: .*\n$/],
    [['sandbox', '--data', '/tmp/x', '--delay', 'bulk'], /^"bulk" is no delay: write it as bulk=5s\n$/],
    [['sandbox', '--data', '/tmp/x', '--delay', 'slow=5s'], /^"slow" is no kind of job: .*\n$/],
    [['sandbox'], /^Required option '--data <dir>' not specified/],
    [['sandbox', '--data', '/tmp/x', '--clock', '0'], /^"0" is no speed of a clock: .*\n$/],
    [['sandbox', '--data', '/tmp/x', '--delays', 'gcp'], /^"gcp" is no kind of delays: .*\n$/],
    [['sandbox', '--data', '/tmp/x', '--inventory', 'weekly'], /^"weekly" is no mode of the inventory: .*\n$/],
    [['sandbox', '--data', '/tmp/x', '--tree-hash-header', 'always'], /^"always" is no rule for tree hashes: .*\n$/],
    [['sandbox', '--data', '/tmp/x', '--faults', '/none'], /^\/none cannot be used:\n- .*ENOENT.*\n$/],
    [['sandbox', '--data', '/tmp/x', '--credentials', '/none'], /^\/none cannot be used:\n- .*ENOENT.*\n$/],
    [['verify', 'photos-1', '--read-data-subset', '1/5'], /^"1\/5" is no part of the data: .*\n$/],
    [['verify', 'photos-1', '--bucket-owner', 'me'], /^"me" is no account: .*\n$/],
    [['pause', 'photos-1', '--yes'], /^Unknown option '--yes'/],
    [['worker', '--role', 'bridge', '--processes', '2'], /^--processes adds processes that move bytes.*\n$/],
    [['demo', '--from', '/no/such/folder'], /^The folder \/no\/such\/folder cannot be read: .*\n$/],
  ])('%j', async (args, sentence) => {
    const { context, stdout, stderr } = testCli();
    expect(await runCli(context, args)).toBe(ExitCode.Usage);
    expect(stderr.text).toMatch(sentence);
    expect(stdout.text).toBe('');
  });
});

test('with --json the last line says how it failed', async () => {
  const { context, stdout, stderr } = testCli();
  expect(await runCli(context, ['status', 'a/b', '--json'])).toBe(ExitCode.Usage);
  expect(JSON.parse(stdout.text)).toEqual({
    message_type: 'exit_error',
    code: 2,
    message: expect.stringMatching(/is no run name/),
  });
  expect(stderr.text).toBe('');
});

test('help begins with examples and is a success', async () => {
  const { context, stdout } = testCli();
  expect(await runCli(context, ['start', '--help'])).toBe(ExitCode.Ok);
  expect(stdout.text).toMatch(/^Examples:\n {2}\$ glacier-transfer start photos --to s3:/);
  expect(stdout.text).toMatch(/read on\s+the machine of the\s+control/);
});

test('--version', async () => {
  const { context, stdout } = testCli();
  expect(await runCli(context, ['--version'])).toBe(ExitCode.Ok);
  expect(stdout.text).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('no command at all shows the help and is wrong usage', async () => {
  const { context, stderr } = testCli();
  expect(await runCli(context, [])).toBe(ExitCode.Usage);
  expect(stderr.text).toContain('Usage: glacier-transfer');
});

describe('start', () => {
  test('starts the workflow under the name of the run and tells what to do next', async () => {
    const started: unknown[] = [];
    const start = async (type: string, options: object): Promise<void> => void started.push([type, options]);
    const { context, stdout } = testCli({ client: client({ start }) });

    const args = [
      'start',
      'photos',
      '--to',
      's3://my-bucket/pics',
      '--storage-class',
      'glacier-ir',
      '--tier',
      'standard',
    ];
    expect(await runCli(context, args)).toBe(ExitCode.Ok);

    const run = 'photos-20261123-100040';
    expect(started).toEqual([
      [
        'vaultTransfer',
        {
          taskQueue: 'glacier-transfer',
          workflowId: run,
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          staticSummary: expect.stringContaining('photos'),
          args: [
            { vault: 'photos', bucket: 'my-bucket', prefix: 'pics/', storageClass: 'GLACIER_IR', tier: 'Standard' },
          ],
        },
      ],
    ]);
    expect(stdout.text).toContain(`The run ${run} has begun`);
    expect(stdout.text).toContain(`glacier-transfer status ${run} --watch`);
  });

  test.each([
    ['inventory.json', `${process.cwd()}/inventory.json`],
    ['s3://lists/inventory.json', 's3://lists/inventory.json'],
  ])('the inventory %s is passed as %s', async (given, passed) => {
    const requests: unknown[] = [];
    const start = async (_: string, { args }: { args: unknown[] }): Promise<void> => void requests.push(...args);
    const { context, stdout } = testCli({ client: client({ start }) });
    await runCli(context, ['start', 'photos', '--to', 's3://my-bucket', '--inventory', given, '--json']);
    expect(requests).toEqual([expect.objectContaining({ inventory: passed, prefix: '' })]);
    expect(JSON.parse(stdout.text)).toMatchObject({ message_type: 'started', run: 'photos-20261123-100040' });
  });

  test('the account of the bucket is passed on', async () => {
    const requests: unknown[] = [];
    const start = async (_: string, { args }: { args: unknown[] }): Promise<void> => void requests.push(...args);
    const { context } = testCli({ client: client({ start }) });
    const args = ['start', 'photos', '--to', 's3://my-bucket', '--bucket-owner', '444455556666'];
    expect(await runCli(context, args)).toBe(ExitCode.Ok);
    expect(requests).toEqual([expect.objectContaining({ bucketOwner: '444455556666' })]);
  });
});

describe('status', () => {
  test('--json is exactly one JSON object', async () => {
    const { context, stdout } = testCli({ client: runningRun() });
    expect(await runCli(context, ['status', 'photos-1', '--json'])).toBe(ExitCode.Ok);
    expect(stdout.text.split('\n')).toHaveLength(2);
    expect(JSON.parse(stdout.text)).toMatchObject({ message_type: 'status', run: 'photos-1', state: 'transferring' });
  });

  test('--watch goes on to the end and exits by what became of the run', async () => {
    const summary = { ...sampleProgress({ state: 'completed-with-failures' }), finishedAt: '2026-11-23T10:00:30.000Z' };
    const followed = client({
      getHandle: () => ({
        describe: async () => ({ type: 'vaultTransfer', status: { name: 'COMPLETED' } }),
        query: async () => summary,
        result: async () => summary,
      }),
    });
    const { context, stdout, stderr } = testCli({ client: followed });
    expect(await runCli(context, ['status', 'photos-1', '--watch'])).toBe(ExitCode.SomeNotMoved);
    expect(stdout.text).toContain('photos-1 is complete, with exceptions: 4 of 10 archives');
    expect(stderr.text).toBe(
      'Of 10 archives, 1 failed and 0 were skipped: see glacier-transfer list photos-1 --state failed, ' +
        'then glacier-transfer retry photos-1.\n',
    );
  });
});
