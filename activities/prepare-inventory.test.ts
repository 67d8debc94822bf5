import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DescribeVaultCommand } from '@aws-sdk/client-glacier';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { describeJob } from '../src/aws/glacier-jobs';
import { catalogueKey, inputKey, preparedKey, quarantineKey, shardIndexKey, shardKey } from '../src/ids';
import type { ArchiveRow, ShardIndexRow } from '../src/wire/inventory';
import type { RunSettings } from '../src/wire/request';
import { missingRows } from './prepare-inventory';

const listed = (id: string, description: string) => ({
  ArchiveId: id,
  ArchiveDescription: description,
  CreationDate: '2020-01-01T00:00:00Z',
  Size: 5,
  SHA256TreeHash: 'ab'.repeat(32),
});
const INVENTORY = (vaultArn: string, archives = [listed('a1', 'one.txt')]) =>
  JSON.stringify({ VaultARN: vaultArn, InventoryDate: '2026-05-12T14:19:01Z', ArchiveList: archives });

let bench: ActivityBench;
beforeAll(async () => {
  bench = await startActivityBench();
});
afterEach(() => {
  bench.proxy.fault = () => null;
});
afterAll(async () => {
  await bench.close();
});

/** Stores a file that a request can name. Returns its address. */
async function put(content: string | Buffer): Promise<string> {
  const key = `given/${createHash('sha256').update(content).digest('hex')}`;
  await bench.putObject(key, content);
  return `s3://${SETTINGS.bucket}/${key}`;
}

const rowsOf = async <Row>(key: string): Promise<Row[]> =>
  (await bench.getText(key))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
const shardOf = (run: string): Promise<ArchiveRow[]> => rowsOf(shardKey(run, 0));

test("a completed job's output is cut into shards", async () => {
  await bench.archive(0, bytesOf('inventory', 100));
  const settings = { ...SETTINGS, run: 'from-job' };
  const { jobId } = await bench.run('initiateInventory', [settings]);
  await until(async () => (await describeJob(bench.clients.glacier, settings, jobId))?.Completed === true);
  const prepared = await bench.run('prepareInventory', [settings, jobId]);
  expect(prepared).toMatchObject({ shardCount: 1, total: { archives: 1, bytes: '100' }, quarantinedRows: 0 });
  expect(await shardOf('from-job')).toMatchObject([{ index: 0, sizeBytes: 100, key: 'file 0' }]);

  const contents = await bench.run('openShard', [settings, 0, false]);
  expect(contents).toEqual({ firstIndex: 0, sizesBytes: [100], ownWorkflow: [], verified: [], nextBatch: 1 });
});

test('preparing an expired inventory job fails as JobExpired', async () => {
  await expect(bench.run('prepareInventory', [SETTINGS, 'x'.repeat(92)])).rejects.toMatchObject({
    type: 'JobExpired',
    nonRetryable: true,
  });
});

test('an inventory given as a JSON file is cut into shards', async () => {
  const settings = { ...SETTINGS, run: 'file', prefix: 'p/', inventory: await put(INVENTORY(SETTINGS.vaultArn)) };
  expect(await bench.run('prepareInventory', [settings, null])).toEqual({
    inventoryDate: '2026-05-12T14:19:01Z',
    shardCount: 1,
    total: { archives: 1, bytes: '5' },
    excluded: { archives: 0, bytes: '0' },
    gaps: 0,
    quarantinedRows: 0,
  });
  expect(await shardOf(settings.run)).toMatchObject([{ archiveId: 'a1', key: 'p/one.txt' }]);
});

test('an inventory given as a compressed CSV file is cut into shards', async () => {
  const header = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash';
  const row = `a1,"one, \\"two\\".txt",2020-01-01T00:00:00Z,5,${'ab'.repeat(32)}`;
  const inventory = await put(gzipSync([header, row, 'no row', ''].join('\r\n')));
  const settings = { ...SETTINGS, run: 'csv', inventory };
  expect(await bench.run('prepareInventory', [settings, null])).toMatchObject({
    inventoryDate: null,
    total: { archives: 1, bytes: '5' },
    quarantinedRows: 1,
  });
  expect(await shardOf('csv')).toMatchObject([{ archiveId: 'a1', description: 'one, "two".txt' }]);
  expect(await bench.getText(quarantineKey('csv'))).toContain('"row":3');
});

describe('a request with names and a filter, from S3', () => {
  const run = 'filtered';
  const at = (key: string): string => `s3://${SETTINGS.bucket}/${key}`;
  const [names, ids] = [inputKey(run, 'names', '0123456789abcdef'), inputKey(run, 'ids', '0123456789abcdef')];
  const settings = {
    ...SETTINGS,
    run,
    prefix: 'p/',
    inventory: at('in/four.json'),
    names: at(names),
    filter: { exclude: ['*.tmp'], idsFrom: at(ids) },
    shardArchives: 1,
  };
  beforeAll(async () => {
    const archives = [listed('a1', 'one.txt'), listed('a2', 'x.tmp'), listed('a3', ''), listed('a4', 'four')];
    await bench.putObject('in/four.json', INVENTORY(SETTINGS.vaultArn, archives));
    await bench.putObject(ids, 'a4\na2\na1\n');
  });

  test('selects and names archives as requested, and records where each shard starts', async () => {
    await bench.putObject(names, 'GlacierArchiveID,FileName\na4,deep/given.txt\n');
    const prepared = await bench.run('prepareInventory', [settings, null]);
    expect(prepared).toMatchObject({
      shardCount: 2,
      total: { archives: 2, bytes: '10' },
      excluded: { archives: 2, bytes: '10' },
      gaps: 1,
    });
    expect(await rowsOf<ArchiveRow>(shardKey(run, 0))).toMatchObject([{ index: 0, archiveId: 'a1', key: 'p/one.txt' }]);
    expect(await rowsOf<ArchiveRow>(shardKey(run, 1))).toMatchObject([
      { index: 1, archiveId: 'a4', key: 'p/deep/given.txt', nameFormat: 'override', description: 'four' },
    ]);
    expect(await rowsOf<ShardIndexRow>(shardIndexKey(run))).toEqual([
      { shard: 0, firstIndex: 0, archives: 1, bytes: '5' },
      { shard: 1, firstIndex: 1, archives: 1, bytes: '5' },
    ]);
    expect(await bench.getText(catalogueKey(run))).toMatch(/^PAR1/);
    expect(JSON.parse(await bench.getText(preparedKey(run)))).toMatchObject(prepared);
  });

  test('is rejected if names do not match the inventory, and writes nothing', async () => {
    await bench.putObject(names, 'GlacierArchiveID,FileName\na9,nine\na1,/one\n');
    const rejected = { ...settings, run: 'rejected' };
    const failure: unknown = await bench.run('prepareInventory', [rejected, null]).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      type: 'InvalidRequest',
      nonRetryable: true,
      details: [expect.stringContaining('(line 3)'), expect.stringContaining('(line 2)')],
    });
    await expect(bench.getText(shardKey('rejected', 0))).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('names the file that cannot be opened', async () => {
    const work = bench.run('prepareInventory', [{ ...settings, names: at('none.csv') }, null]);
    await expect(work).rejects.toThrow('cannot open the names table s3://destination/none.csv');
  });
});

test('an inventory file that is missing, of another vault or invalid is rejected', async () => {
  const other = await put(INVENTORY('arn:aws:glacier:us-east-1:111122223333:vaults/music'));
  const junk = await put('not json');
  for (const inventory of [other, junk, 's3://destination/none.json']) {
    const work = bench.run('prepareInventory', [{ ...SETTINGS, run: 'rejected', inventory }, null]);
    await expect(work).rejects.toMatchObject({ type: 'InventoryUnusable', nonRetryable: true });
  }
  await expect(bench.getText(shardKey('rejected', 0))).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('an incomplete inventory is rejected with the counts and advice', async () => {
  await bench.archive(1, bytesOf('inventory', 101));
  const { LastInventoryDate, NumberOfArchives = 0 } = await bench.clients.glacier.send(
    new DescribeVaultCommand({ accountId: '-', vaultName: SETTINGS.vault }),
  );
  const settingsFor = async (InventoryDate: string | undefined): Promise<RunSettings> => ({
    ...SETTINGS,
    run: 'part',
    inventory: await put(JSON.stringify({ ...JSON.parse(INVENTORY(SETTINGS.vaultArn)), InventoryDate })),
  });

  const settings = await settingsFor(LastInventoryDate);
  await expect(bench.run('prepareInventory', [settings, null])).rejects.toMatchObject({
    type: 'InventoryUnusable',
    nonRetryable: true,
    message: expect.stringMatching(
      new RegExp(`lists 1 archives, but the vault had ${NumberOfArchives} then: it is incomplete.*Pass one`),
    ) as string,
  });
  await expect(bench.getText(shardKey('part', 0))).rejects.toMatchObject({ name: 'NoSuchKey' });

  const older = await settingsFor('2026-05-12T14:19:01Z');
  expect(await bench.run('prepareInventory', [older, null])).toMatchObject({ total: { archives: 1 } });
});

test('an inventory file in an unavailable S3 fails retryably', async () => {
  bench.proxy.fault = (_method, url) => (url.includes('/in/') ? { kind: 'reply', status: 503 } : null);
  const settings = { ...SETTINGS, inventory: 's3://destination/in/inventory.json' };
  await expect(bench.run('prepareInventory', [settings, null])).rejects.toMatchObject({
    type: 'Unavailable',
    nonRetryable: false,
  });
});

const listing = {
  inventoryDate: '2026-05-12T14:19:01Z',
  quarantinedRows: 2,
  total: { archives: 5, bytes: '5' },
  excluded: { archives: 3, bytes: '3' },
};
const DATE = '2026-05-12T14:19:01.990Z';

test('an inventory with fewer rows than the vault had archives is incomplete', () => {
  expect(missingRows(listing, { date: DATE, archives: 11 })).toEqual({ listed: 10, counted: 11 });
});

test.each([
  ['as many rows', {}, { date: DATE, archives: 10 }],
  ['more rows, since some are invalid', {}, { date: DATE, archives: 9 }],
  ['another date', {}, { date: '2026-05-13T14:19:01Z', archives: 11 }],
  ['no date, as in CSV', { inventoryDate: null }, { date: DATE, archives: 11 }],
  ['an invalid date', { inventoryDate: 'today' }, { date: DATE, archives: 11 }],
  ['a vault without an inventory', {}, { date: null, archives: 11 }],
  ['a vault without a count', {}, { date: DATE, archives: null }],
])('an inventory with %s may be complete', (_case, changes, vault) => {
  expect(missingRows({ ...listing, ...changes }, vault)).toBeNull();
});
