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
/** Each test begins with a vault that has changed: no earlier inventory is fresh enough. */
beforeEach(async () => {
  await bench.archive((number += 1), bytesOf(`archive ${number}`, 100));
  await describeVault();
  // The clock of the sandbox tells milliseconds.
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
const order = (run: string, attempt = 1) => bench.run('initiateInventory', [settingsOf(run)], { attempt });

/** A job of somebody else's that has succeeded. */
async function finished(parameters: Partial<JobParameters> = {}): Promise<string> {
  const jobId = await initiateJob(bench.clients.glacier, SETTINGS, { Type: 'inventory-retrieval', ...parameters });
  await until(async () => (await describeJob(bench.clients.glacier, SETTINGS, jobId))?.Completed === true);
  return jobId;
}

test('a job of the very run is found again, however often its answer is lost', async () => {
  const ordered = bench.count('InitiateJob');
  const { jobId } = await order('lost');
  expect((await order('lost', 2)).jobId).toBe(jobId);
  expect(bench.count('InitiateJob')).toBe(ordered + 1);
});

test("somebody's finished job is taken instead of a new one: the newest", async () => {
  await finished();
  const newest = await finished({ Format: 'JSON' });
  const ordered = bench.count('InitiateJob');
  expect(await order('reused')).toEqual({ jobId: newest, finished: true });
  expect(bench.count('InitiateJob')).toBe(ordered);
});

test.each<[string, Partial<JobParameters>]>([
  ['a date range', { InventoryRetrievalParameters: { StartDate: '2020-01-01T00:00:00Z' } }],
  ['an end', { InventoryRetrievalParameters: { EndDate: '2999-01-01T00:00:00Z' } }],
  ['a limit', { InventoryRetrievalParameters: { Limit: '10000' } }],
  ['CSV', { Format: 'CSV' }],
])('a job with %s is never taken', async (_case, parameters) => {
  const other = await finished(parameters);
  expect((await order('part')).jobId).not.toBe(other);
});

test('a job from before the last inventory is not taken', async () => {
  const old = await finished();
  await bench.archive((number += 1), bytesOf(`archive ${number}`, 100));
  expect((await order('old')).jobId).not.toBe(old);
});

test('a job that Glacier lists and no longer knows is passed over', async () => {
  const kept = await finished();
  const gone = await finished();
  bench.proxy.fault = (_method, url) =>
    url.includes(gone) ? { kind: 'reply', status: 404, body: '{"code":"ResourceNotFoundException"}' } : null;
  expect(await order('gone')).toEqual({ jobId: kept, finished: true });
});

test('a vault that has no inventory yet says so, and what to do', async () => {
  await bench.clients.glacier.send(new CreateVaultCommand({ accountId: '-', vaultName: 'new' }));
  const settings = { ...SETTINGS, vault: 'new', vaultArn: SETTINGS.vaultArn.replace(/photos$/, 'new') };
  await expect(bench.run('initiateInventory', [settings])).rejects.toMatchObject({
    type: 'NoInventoryYet',
    nonRetryable: true,
    message: expect.stringContaining('Start the run again') as string,
  });
});
