import { CreateVaultCommand, DescribeVaultCommand, type JobParameters } from '@aws-sdk/client-glacier';
import { describeJob, initiateJob } from '../src/aws/glacier-jobs';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';

let bench: ActivityBench;
let number = 0;
beforeAll(async () => {
  bench = await startActivityBench();
});
/** Each test starts with a changed vault: no earlier inventory is recent enough. */
beforeEach(async () => {
  await bench.archive((number += 1), bytesOf(`archive ${number}`, 100));
  await describeVault();
  // The sandbox's clock has a resolution of one millisecond.
  const date = Date.now();
  await until(() => Date.now() > date);
});
afterEach(() => {
  bench.proxy.fault = () => null;
});
afterAll(() => bench.close());

const describeVault = () =>
  bench.clients.glacier.send(new DescribeVaultCommand({ accountId: '-', vaultName: SETTINGS.vault }));
const settingsOf = (run: string) => ({ ...SETTINGS, run: `${run}-${number}` });
const initiate = (run: string, attempt = 1) => bench.run('initiateInventory', [settingsOf(run)], { attempt });

/** A completed job of another client. */
async function finished(parameters: Partial<JobParameters> = {}): Promise<string> {
  const jobId = await initiateJob(bench.clients.glacier, SETTINGS, { Type: 'inventory-retrieval', ...parameters });
  await until(async () => (await describeJob(bench.clients.glacier, SETTINGS, jobId))?.Completed === true);
  return jobId;
}

test('a retry finds the inventory job that an earlier attempt of the run has initiated', async () => {
  const initiated = bench.count('InitiateJob');
  const { jobId } = await initiate('lost');
  expect((await initiate('lost', 2)).jobId).toBe(jobId);
  expect(bench.count('InitiateJob')).toBe(initiated + 1);
});

test('the newest completed job of another client is used instead of a new one', async () => {
  await finished();
  const newest = await finished({ Format: 'JSON' });
  const initiated = bench.count('InitiateJob');
  expect(await initiate('reused')).toEqual({ jobId: newest, finished: true });
  expect(bench.count('InitiateJob')).toBe(initiated);
});

test.each<[string, Partial<JobParameters>]>([
  ['a date range', { InventoryRetrievalParameters: { StartDate: '2020-01-01T00:00:00Z' } }],
  ['an end date', { InventoryRetrievalParameters: { EndDate: '2999-01-01T00:00:00Z' } }],
  ['a limit', { InventoryRetrievalParameters: { Limit: '10000' } }],
  ['CSV', { Format: 'CSV' }],
])('an inventory job with %s is never used', async (_case, parameters) => {
  const other = await finished(parameters);
  expect((await initiate('part')).jobId).not.toBe(other);
});

test('an inventory job older than the last inventory is not used', async () => {
  const old = await finished();
  await bench.archive((number += 1), bytesOf(`archive ${number}`, 100));
  expect((await initiate('old')).jobId).not.toBe(old);
});

test('an inventory job that Glacier lists but no longer has is skipped', async () => {
  const kept = await finished();
  const gone = await finished();
  bench.proxy.fault = (_method, url) =>
    url.includes(gone) ? { kind: 'reply', status: 404, body: '{"code":"ResourceNotFoundException"}' } : null;
  expect(await initiate('gone')).toEqual({ jobId: kept, finished: true });
});

test('a vault without an inventory fails with NoInventoryYet and advice', async () => {
  await bench.clients.glacier.send(new CreateVaultCommand({ accountId: '-', vaultName: 'new' }));
  const settings = { ...SETTINGS, vault: 'new', vaultArn: SETTINGS.vaultArn.replace(/photos$/, 'new') };
  await expect(bench.run('initiateInventory', [settings])).rejects.toMatchObject({
    type: 'NoInventoryYet',
    nonRetryable: true,
    message: expect.stringContaining('Start the run again') as string,
  });
});
