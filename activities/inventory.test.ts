import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DescribeVaultCommand } from '@aws-sdk/client-glacier';
import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { until } from '../test/support/until';
import { describeJob } from '../src/aws/glacier-jobs';
import { quarantineKey, shardKey } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';

const INVENTORY = (vaultArn: string) =>
  JSON.stringify({
    VaultARN: vaultArn,
    InventoryDate: '2026-05-12T14:19:01Z',
    ArchiveList: [
      {
        ArchiveId: 'a1',
        ArchiveDescription: 'one.txt',
        CreationDate: '2020-01-01T00:00:00Z',
        Size: 5,
        SHA256TreeHash: 'ab'.repeat(32),
      },
    ],
  });

let bench: ActivityBench;
let folder: string;
beforeAll(async () => {
  bench = await startActivityBench();
  folder = await mkdtemp(join(tmpdir(), 'inventories-'));
});
afterEach(() => {
  bench.proxy.fault = () => null;
});
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true });
});

const shardOf = async (run: string): Promise<ArchiveRow[]> =>
  (await bench.getText(shardKey(run, 0)))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ArchiveRow);

test("a finished job's output becomes shards", async () => {
  await bench.archive(0, bytesOf('inventory', 100));
  const settings = { ...SETTINGS, run: 'from-job' };
  const { jobId } = await bench.run('requestInventory', [settings]);
  await until(async () => (await describeJob(bench.clients.glacier, settings, jobId))?.Completed === true);
  const prepared = await bench.run('prepareInventory', [settings, jobId]);
  expect(prepared).toMatchObject({ shardCount: 1, total: { archives: 1, bytes: '100' }, quarantinedRows: 0 });
  expect(await shardOf('from-job')).toMatchObject([{ index: 0, sizeBytes: 100, key: 'file 0' }]);

  const contents = await bench.run('openShard', [settings, 0, false]);
  expect(contents).toEqual({ firstIndex: 0, sizesBytes: [100], own: [], verified: [], nextBatch: 1 });
});

test('an inventory job that is gone is said to be', async () => {
  await expect(bench.run('prepareInventory', [SETTINGS, 'x'.repeat(92)])).rejects.toMatchObject({
    type: 'JobExpired',
    nonRetryable: true,
  });
});

test('a given file serves as well, from a disk or from S3', async () => {
  const path = join(folder, 'inventory.json');
  await writeFile(path, INVENTORY(SETTINGS.vaultArn));
  await bench.putObject('in/inventory.json', INVENTORY(SETTINGS.vaultArn));
  const files = [path, `s3://${SETTINGS.bucket}/in/inventory.json`];
  for (const [number, inventory] of files.entries()) {
    const settings = { ...SETTINGS, run: `file-${number}`, prefix: 'p/', inventory };
    expect(await bench.run('prepareInventory', [settings, null])).toEqual({
      inventoryDate: '2026-05-12T14:19:01Z',
      shardCount: 1,
      total: { archives: 1, bytes: '5' },
      excluded: { archives: 0, bytes: '0' },
      gaps: 0,
      quarantinedRows: 0,
    });
    expect(await shardOf(settings.run)).toMatchObject([{ archiveId: 'a1', key: 'p/one.txt' }]);
  }
});

test('a CSV file serves as well, compressed too', async () => {
  const header = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash';
  const row = `a1,"one, \\"two\\".txt",2020-01-01T00:00:00Z,5,${'ab'.repeat(32)}`;
  const path = join(folder, 'inventory.csv.gz');
  await writeFile(path, gzipSync([header, row, 'no row', ''].join('\r\n')));
  const settings = { ...SETTINGS, run: 'csv', inventory: path };
  expect(await bench.run('prepareInventory', [settings, null])).toMatchObject({
    inventoryDate: null,
    total: { archives: 1, bytes: '5' },
    quarantinedRows: 1,
  });
  expect(await shardOf('csv')).toMatchObject([{ archiveId: 'a1', description: 'one, "two".txt' }]);
  expect(await bench.getText(quarantineKey('csv'))).toContain('"row":3');
});

test('a file that is not there, of another vault, or no inventory is refused', async () => {
  const other = join(folder, 'other.json');
  await writeFile(other, INVENTORY('arn:aws:glacier:us-east-1:111122223333:vaults/music'));
  const junk = join(folder, 'junk.json');
  await writeFile(junk, 'not json');
  for (const inventory of [other, junk, join(folder, 'none.json'), 's3://destination/none.json']) {
    const work = bench.run('prepareInventory', [{ ...SETTINGS, run: 'refused', inventory }, null]);
    await expect(work).rejects.toMatchObject({ type: 'InventoryUnusable', nonRetryable: true });
  }
  await expect(bench.getText(shardKey('refused', 0))).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('a part of the last inventory is refused, with what is missing and what to do', async () => {
  await bench.archive(1, bytesOf('inventory', 101));
  const { LastInventoryDate, NumberOfArchives = 0 } = await bench.clients.glacier.send(
    new DescribeVaultCommand({ accountId: '-', vaultName: SETTINGS.vault }),
  );
  const inventory = join(folder, 'part.json');
  const settings = { ...SETTINGS, run: 'part', inventory };
  const write = async (InventoryDate: string | undefined): Promise<void> =>
    await writeFile(inventory, JSON.stringify({ ...JSON.parse(INVENTORY(SETTINGS.vaultArn)), InventoryDate }));

  await write(LastInventoryDate);
  await expect(bench.run('prepareInventory', [settings, null])).rejects.toMatchObject({
    type: 'InventoryUnusable',
    nonRetryable: true,
    message: expect.stringMatching(
      new RegExp(`lists 1 archives, but the vault had ${NumberOfArchives} then: it is only a part.*Give one`),
    ) as string,
  });
  await expect(bench.getText(shardKey('part', 0))).rejects.toMatchObject({ name: 'NoSuchKey' });

  await write('2026-05-12T14:19:01Z');
  expect(await bench.run('prepareInventory', [settings, null])).toMatchObject({ total: { archives: 1 } });
});

test('S3 that is away for a moment does not end the run', async () => {
  bench.proxy.fault = (_method, url) => (url.includes('/in/') ? { kind: 'reply', status: 503 } : null);
  const settings = { ...SETTINGS, inventory: 's3://destination/in/inventory.json' };
  await expect(bench.run('prepareInventory', [settings, null])).rejects.toMatchObject({
    type: 'Unavailable',
    nonRetryable: false,
  });
});
