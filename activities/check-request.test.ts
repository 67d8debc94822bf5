import { startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { setUpMessaging } from '../src/aws/messaging-setup';
import { requestKey } from '../src/ids';
import type { TransferRequest } from '../src/wire/request';

let bench: ActivityBench;
beforeAll(async () => {
  bench = await startActivityBench();
});
afterEach(() => {
  bench.proxy.fault = () => null;
});
afterAll(() => bench.close());

const { vault, bucket } = SETTINGS;
const check = (request: object, workflowId = 'run-1') =>
  bench.run('checkRequest', [request as TransferRequest], { workflowId });
/** The problems with which a request is rejected. */
async function problemsOf(request: object, workflowId?: string): Promise<readonly string[]> {
  const failure: unknown = await check(request, workflowId).catch((error: unknown) => error);
  expect(failure).toMatchObject({ type: 'InvalidRequest', nonRetryable: true });
  return (failure as { readonly details: readonly string[] }).details;
}

test('vault and bucket are enough: everything else has a default, and the request is stored in the run folder', async () => {
  expect(await check({ vault, bucket })).toEqual({
    run: 'run-1',
    startId: 'r',
    vault,
    vaultArn: SETTINGS.vaultArn,
    bucket,
    bucketOwner: '111122223333',
    prefix: '',
    storageClass: 'DEEP_ARCHIVE',
    tier: 'Bulk',
    inventory: null,
    decode: 'auto',
    names: null,
    filter: {},
    topicArn: null,
    rateLimits: { bytesPerDay: '109951162777600', requestsPerSecond: 100 },
    searchAttributes: true,
    lookFirst: false,
    readAdopted: false,
    largeArchiveBytes: 67_108_864,
    wholeLimitBytes: 67_108_864,
    minPartBytes: 16_777_216,
    ownWorkflowUpTo: 2_000,
    shardArchives: 5_000,
    firstPollSeconds: 5 * 3_600,
    pollSeconds: 3_600,
    continueAsNewAfter: null,
  });
  expect(JSON.parse(await bench.getText(requestKey('run-1')))).toMatchObject({ run: 'run-1', vault, bucket });
});

test('readAdopted is a boolean: true is accepted and nothing similar', async () => {
  expect(await check({ vault, bucket, readAdopted: true })).toMatchObject({ readAdopted: true });
  expect(await problemsOf({ vault, bucket, readAdopted: 'true' })).toEqual([
    expect.stringMatching(/^readAdopted: /) as string,
  ]);
});

test('all problems of a request are reported at once', async () => {
  const problems = await problemsOf(
    {
      vault: 'a/b',
      bucket: 'UPPER',
      prefix: '.glacier-transfer/x',
      storageClass: 'GLACEIR',
      tier: 'Slow',
      bytesPerDay: '0',
      tuning: { shardArchives: 5_001, pollSecs: 3 },
      storageclass: 'x',
    },
    'no/slash',
  );
  const named = (start: string): boolean => problems.some((problem) => problem.startsWith(start));
  const expected = ['run "no/slash"', 'vault:', 'bucket:', 'prefix:', 'storageClass:', 'tier:', 'bytesPerDay:'];
  expect(expected.filter((start) => !named(start))).toEqual([]);
  expect(problems.filter((problem) => /shardArchives|pollSecs|storageclass/.test(problem))).toHaveLength(3);
});

test('a contradictory filter or one with invalid globs is rejected', async () => {
  const filter = {
    include: ['*.jpg', '{,}'],
    fromDate: '2020-01-01T00:00:00Z',
    toDate: '2020-01-01T00:00:00Z',
    minSizeBytes: 2,
    maxSizeBytes: 1,
  };
  expect(await problemsOf({ vault, bucket, filter })).toEqual([
    'filter.toDate: no archive is created from 2020-01-01T00:00:00Z and before 2020-01-01T00:00:00Z',
    'filter.maxSizeBytes: it is less than the least size of 2 bytes',
    'filter.include: "{,}" is not a valid glob: it stands for the empty name',
  ]);
});

test.each([[null], [undefined], ['text'], [[]], [7]])('%p is not a valid request', async (raw) => {
  expect(await problemsOf(raw as unknown as object)).toHaveLength(1);
});

test('a batch limit above the size of one PutObject is rejected', async () => {
  const [problem] = await problemsOf({ vault, bucket, tuning: { largeArchiveBytes: 65 * 2 ** 20 } });
  expect(problem).toContain('tuning.largeArchiveBytes');
});

test.each([{ minPartBytes: 4 * 2 ** 20 }, { minPartBytes: 12 * 2 ** 20 }, { wholeLimitBytes: 65 * 2 ** 20 }])(
  '%j is outside the limits of S3, of tree hashes or of memory and is rejected',
  async (tuning) => {
    expect(await problemsOf({ vault, bucket, tuning })).toHaveLength(1);
  },
);

test('a missing vault and a missing bucket are both reported as problems of the request', async () => {
  const problems = await problemsOf({ vault: 'no-such-vault', bucket: 'no-such-bucket' });
  expect(problems).toMatchObject([
    expect.stringMatching(/^vault no-such-vault: ResourceNotFoundException: /),
    expect.stringMatching(/^bucket no-such-bucket: /),
  ]);
});

test('a bucket of another account is rejected unless its owner is given', async () => {
  const wrong = '999988887777';
  expect(await problemsOf({ vault, bucket, bucketOwner: wrong })).toEqual([
    `bucket ${bucket} does not belong to account ${wrong}; if that is intended, pass the owner with --bucket-owner`,
  ]);
  const { bucketOwner } = await check({ vault, bucket, bucketOwner: SETTINGS.bucketOwner }, 'run-owner');
  expect(bucketOwner).toBe(SETTINGS.bucketOwner);
  expect(JSON.parse(await bench.getText(requestKey('run-owner')))).toMatchObject({ bucketOwner });
  expect(await problemsOf({ vault, bucket, bucketOwner: '12' })).toEqual(['bucketOwner: an account is 12 digits']);
});

test('a bucket without read permission is not reported as one of another account', async () => {
  bench.proxy.fault = (method) => (method === 'HEAD' ? { kind: 'reply', status: 403 } : null);
  const [problem] = await problemsOf({ vault, bucket });
  expect(problem).toMatch(/^bucket destination: .*(403|Forbidden)/);
  expect(problem).not.toContain('belong');
});

test('a transient error is not a problem of the request: it is retried', async () => {
  bench.proxy.fault = (_method, url) =>
    url.startsWith('/-/vaults') ? { kind: 'reply', status: 400, body: '{"code":"ThrottlingException"}' } : null;
  await expect(check({ vault, bucket })).rejects.toMatchObject({ type: 'Unavailable', nonRetryable: false });
});

test('keys are checked before retrieval only if the destination held objects at the start', async () => {
  expect((await check({ vault, bucket, prefix: 'filled/' })).lookFirst).toBe(false);
  await bench.putObject('filled/x', 'x');
  expect((await check({ vault, bucket, prefix: 'filled/' })).lookFirst).toBe(true);
  expect((await check({ vault, bucket, prefix: 'other/' })).lookFirst).toBe(false);
});

test('with the topic created by setup, jobs are announced and polled later', async () => {
  const { topicArn } = await setUpMessaging(bench.clients, {
    partition: 'aws',
    region: 'us-east-1',
    accountId: '111122223333',
  });
  const settings = await check({ vault, bucket });
  expect(settings).toMatchObject({ topicArn, firstPollSeconds: 13 * 3_600 });
});
