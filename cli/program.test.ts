import { ExitCode } from './exit-codes';
import { runCli } from './program';
import { sampleProgress } from './status/sample-progress';
import { testCli } from './testing';

const client = (workflow: object) => ({ options: { namespace: 'default' }, workflow });
const START = ['start', 'photos', '--to', 's3://my-bucket'];
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
    [['constructor'], /^Unknown command 'constructor'/],
    [['status'], /^Missing required argument 'run'/],
    [['start', 'photos'], /^Required option '--to <s3-url>' not specified/],
    [['start', 'pho tos', '--to', 's3://my-bucket'], /^"pho tos" is not a valid vault name: .*\n$/],
    [['start', 'photos', '--to', 'my-bucket'], /^"my-bucket" is not a valid S3 URL: .*\n$/],
    [['start', 'photos', '--to', 's3://my-bucket', '--tier', 'slow'], /^"slow" is not a valid retrieval tier: .*\n$/],
    [['start', 'photos', '--to', 's3://my-bucket', '--run', 'a/b'], /^"a\/b" is not a valid run name: .*\n$/],
    [['doctor', 'photos', '--to', 's3://my-bucket', '--bucket-owner', '12'], /^"12" is not a valid account: .*\n$/],
    [
      ['policy', 'reader', 'photos', '--to', 's3://my-bucket'],
      /^"reader" is not a valid role: choose one of setup, .*\n$/,
    ],
    [['status', 'photos-1', '--wait'], /^Unknown option '--wait'/],
    [['start', 'photos', '--to', 's3://my-bucket', '--bucket-owner', 'me'], /^"me" is not a valid account: .*\n$/],
    [[...START, '--min-size', 'big'], /^"big" is not a valid size: .*\n$/],
    [[...START, '--from-date', 'May'], /^"May" is not a valid date: .*\n$/],
    [[...START, '--limit', '0'], /^"0" is not a valid number of archives: .*\n$/],
    [[...START, '--decode', 'zip'], /^"zip" is not a valid way to find names: choose one of auto, raw, .*\n$/],
    [[...START, '--requests-per-second', '0'], /^"0" is not a valid number of requests per second: .*\n$/],
    [[...START, '--include', '{,}'], /^--include: "\{,\}" is not a valid glob: it stands for the empty name\n$/],
    [
      [...START, '--min-size', '2K', '--max-size', '1K'],
      /^--max-size: it is less than the least size of 2048 bytes\n$/,
    ],
    [[...START, '--from', '2020-01-01', '--to-date', '2019-01-01'], /^--to-date: no archive is created from .*\n$/],
    [[...START, '--ids-from', '/none'], /^The file \/none cannot be read: .*ENOENT.* Nothing was started\.\n$/],
    [[...START, '--names-from', '/none'], /^The file \/none cannot be read: .*ENOENT.* Nothing was started\.\n$/],
    [['list', 'photos-1', '--state', 'done'], /^"done" is not a valid archive state: .*\n$/],
    [['sandbox'], /^Required option '--data <dir>' not specified\n$/],
    [['sandbox', '--data', '/tmp/x', '--delay', 'bulk'], /^"bulk" is not a valid value for --delay: .*\n$/],
    [['sandbox', '--data', '/tmp/x', '--faults', '/none'], /^\/none cannot be used:\n- .*ENOENT.*\n$/],
    [['sandbox', '--data', '/tmp/x', '--credentials', '/none'], /^\/none cannot be used:\n- .*ENOENT.*\n$/],
    [['verify', 'photos-1', '--read-data-subset', '1/5'], /^"1\/5" is not a valid subset of the data: .*\n$/],
    [['verify', 'photos-1', '--bucket-owner', 'me'], /^"me" is not a valid account: .*\n$/],
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
    message: expect.stringMatching(/is not a valid run name/),
  });
  expect(stderr.text).toBe('');
});

test('help begins with examples and is a success', async () => {
  const { context, stdout } = testCli();
  expect(await runCli(context, ['start', '--help'])).toBe(ExitCode.Ok);
  expect(stdout.text).toMatch(/^Examples:\n {2}\$ glacier-transfer start photos --to s3:/);
  expect(stdout.text).toMatch(/a path, - for\s+standard\s+input/);
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
    expect(stdout.text).toContain(`Started the run ${run}:`);
    expect(stdout.text).toContain(`glacier-transfer status ${run} --watch`);
  });

  test('an inventory in S3 is passed as it is', async () => {
    const requests: unknown[] = [];
    const start = async (_: string, { args }: { args: unknown[] }): Promise<void> => void requests.push(...args);
    const { context, stdout } = testCli({ client: client({ start }) });
    const inventory = 's3://lists/inventory.json';
    await runCli(context, ['start', 'photos', '--to', 's3://my-bucket', '--inventory', inventory, '--json']);
    expect(requests).toEqual([expect.objectContaining({ inventory, prefix: '' })]);
    expect(JSON.parse(stdout.text)).toMatchObject({ message_type: 'started', run: 'photos-20261123-100040' });
  });

  test('objects are read back before they are adopted when that is asked for', async () => {
    const requests: unknown[] = [];
    const start = async (_: string, { args }: { args: unknown[] }): Promise<void> => void requests.push(...args);
    const { context } = testCli({ client: client({ start }) });
    expect(await runCli(context, [...START, '--read-adopted'])).toBe(ExitCode.Ok);
    expect(requests).toEqual([expect.objectContaining({ readAdopted: true })]);
  });

  test('filter, names and pace become parts of the request, and a filter that breaks the order is warned of', async () => {
    const requests: unknown[] = [];
    const start = async (_: string, { args }: { args: unknown[] }): Promise<void> => void requests.push(...args);
    const { context, stderr } = testCli({ client: client({ start }) });
    const args = ['--include', '*.jpg', '--include', '2019/', '--exclude', 'x', '--from', '2019-01-01'];
    args.push('--to-date', '2020-01-01T01:00:00+01:00', '--min-size', '10M', '--max-size', '3GiB', '--limit', '5');
    args.push('--decode', 'Raw', '--bytes-per-day', '20TiB', '--requests-per-second', '0.5');
    args.push('--names-from', 's3://lists/names.csv', '--ids-from', 's3://lists/ids');
    expect(await runCli(context, [...START, ...args])).toBe(ExitCode.Ok);
    expect(requests).toEqual([
      {
        vault: 'photos',
        bucket: 'my-bucket',
        prefix: '',
        storageClass: 'DEEP_ARCHIVE',
        tier: 'Bulk',
        names: 's3://lists/names.csv',
        filter: {
          include: ['*.jpg', '2019/'],
          exclude: ['x'],
          fromDate: '2019-01-01T00:00:00.000Z',
          toDate: '2020-01-01T00:00:00.000Z',
          minSizeBytes: 10 * 2 ** 20,
          maxSizeBytes: 3 * 2 ** 30,
          idsFrom: 's3://lists/ids',
          limit: 5,
        },
        decode: 'raw',
        bytesPerDay: '21990232555520',
        requestsPerSecond: 0.5,
      },
    ]);
    expect(stderr.text).toMatch(/^Warning: this filter skips archives in between\. .*35 random ones a day/);
  });

  test('dates and a limit keep the order, and nobody is warned', async () => {
    const { context, stderr } = testCli({ client: client({ start: async () => undefined }) });
    const args = ['--from-date', '2019-01-01', '--to-date', '2020-01-01', '--limit', '5'];
    expect(await runCli(context, [...START, ...args])).toBe(ExitCode.Ok);
    expect(stderr.text).toBe('');
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
