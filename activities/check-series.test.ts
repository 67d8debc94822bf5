import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { SeriesRequest, SeriesSettings } from '../src/wire/series';
import type { Dependencies } from './dependencies';
import { createCheckSeriesActivities } from './check-series';

const ordered: (readonly [string, string])[] = [];
const activities = createCheckSeriesActivities({
  hasSearchAttributes: async () => true,
  updateRun: async (run, order) => void ordered.push([run, order]),
} as Partial<Dependencies> as Dependencies);

async function check(request: unknown, workflowId = 'all'): Promise<SeriesSettings> {
  const workflowExecution = { workflowId, runId: 'r' };
  const environment = new MockActivityEnvironment({ workflowExecution }, { logger: new DefaultLogger('ERROR') });
  return await environment.run((raw) => activities.checkSeries(raw), request as SeriesRequest);
}

const vaultsOf = (...names: readonly string[]): SeriesRequest['vaults'] =>
  names.map((vault) => ({ run: `all-${vault}`, request: { vault, bucket: 'bucket', prefix: `${vault}/` } }));

test('a series needs only its vaults: everything else has a default', async () => {
  expect(await check({ vaults: vaultsOf('a', 'b') })).toEqual({
    order: 'sequential',
    rateLimits: { bytesPerDay: '109951162777600', requestsPerSecond: 100 },
    searchAttributes: true,
  });
  expect(await check({ vaults: vaultsOf('a'), order: 'parallel', rateLimits: { bytesPerDay: '5' } })).toMatchObject({
    order: 'parallel',
    rateLimits: { bytesPerDay: '5', requestsPerSecond: 100 },
  });
});

const [a, b] = vaultsOf('a', 'b');

test.each<[string, unknown, RegExp]>([
  ['nothing', null, /^series: /],
  ['no vault', { vaults: [] }, /^vaults: /],
  ['too many vaults', { vaults: vaultsOf(...Array.from({ length: 1_001 }, (_, at) => `v${at}`)) }, /^vaults: /],
  ['an unknown field', { vaults: [a], speed: 1 }, /speed/],
  ['an invalid order', { vaults: [a], order: 'at once' }, /^order: /],
  [
    'invalid rate limits',
    { vaults: [a], rateLimits: { bytesPerDay: '0' } },
    /^rateLimits\.bytesPerDay: bytes per day are/,
  ],
  ['an invalid name', { vaults: [{ ...a, run: 'a/b' }] }, /^vaults\.0\.run: a run name is/],
  ['an invalid request', { vaults: [a, { run: 'all-x', request: { vault: 'x', bucket: 'B' } }] }, /^all-x: bucket: /],
  ['a duplicate name', { vaults: [a, { ...b, run: 'all-a' }] }, /^the name "all-a" is given twice$/],
  ['a run with the name of the series', { vaults: [{ ...a, run: 'all' }] }, /^the name "all" is given twice$/],
  [
    'one destination for two vaults',
    { vaults: [a, { run: 'all-b', request: { vault: 'b', bucket: 'bucket', prefix: 'a/' } }] },
    /^s3:\/\/bucket\/a\/ is the destination of two vaults$/,
  ],
])('a series with %s is rejected', async (_, request, problem) => {
  await expect(check(request)).rejects.toMatchObject({
    type: 'InvalidRequest',
    message: expect.stringMatching(problem) as string,
  });
});

test('the name of a series follows the rules of run names', async () => {
  await expect(check({ vaults: vaultsOf('a') }, 'a:b')).rejects.toThrow(/^series "a:b": a run name is/);
});

test('an update is sent to every run', async () => {
  await activities.updateRuns(['all-a', 'all-b'], 'pause');
  expect(ordered).toEqual([
    ['all-a', 'pause'],
    ['all-b', 'pause'],
  ]);
});
