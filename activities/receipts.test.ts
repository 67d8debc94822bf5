import { bytesOf, startActivityBench, type ActivityBench } from '../test/support/activity-bench';
import { SETTINGS } from '../test/support/samples';
import { emptyTally } from '../src/domain/tally';
import { archiveReceiptKey, batchReceiptKey, summaryKey } from '../src/ids';
import type { ArchiveRow } from '../src/wire/inventory';
import type { TransferSummary } from '../src/wire/progress';

let bench: ActivityBench;
let rows: readonly ArchiveRow[];
beforeAll(async () => {
  bench = await startActivityBench();
  const [first, second] = await Promise.all([bench.archive(50, bytesOf('a', 3)), bench.archive(51, bytesOf('b', 4))]);
  rows = [first, second];
  await bench.putShard(2, rows);
});
afterAll(() => bench.close());

test('the receipt of an archive holds identity, destination and outcome, and a retry replaces it', async () => {
  const ending = {
    shard: 2,
    outcome: 'failed',
    reason: 'SourceMissing',
    message: 'deleted',
    stored: null,
    jobIds: ['j1', 'j2'],
    requestedAt: '2026-05-01T00:00:00.000Z',
    readyAt: null,
    settledAt: '2026-05-02T00:00:00.000Z',
  } as const;
  await bench.run('writeReceipt', [SETTINGS, 51, ending]);
  await bench.run('writeReceipt', [SETTINGS, 51, ending], { attempt: 2 });
  const text = await bench.getText(archiveReceiptKey(SETTINGS.run, 2, 51));
  const { ownWorkflow: _own, ...archive } = rows[1] as ArchiveRow;
  expect(text.endsWith('\n')).toBe(true);
  expect(JSON.parse(text)).toEqual({
    receiptVersion: 1,
    run: 'run-1',
    vaultArn: SETTINGS.vaultArn,
    bucket: SETTINGS.bucket,
    storageClass: SETTINGS.storageClass,
    softwareVersion: 'test',
    ...archive,
    ...ending,
  });
});

test('receipts of several archives are written to one object, one per line', async () => {
  const skipped = { outcome: 'skipped', reason: 'Cancelled', message: 'cancelled', jobIds: [] } as const;
  const settled = [
    { index: 51, ...skipped },
    { index: 50, ...skipped, jobIds: ['j'] },
  ];
  await bench.run('writeReceipts', [SETTINGS, 2, 9, settled]);
  const lines = (await bench.getText(batchReceiptKey(SETTINGS.run, 2, 9))).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { index: 51, archiveId: rows[1]?.archiveId, outcome: 'skipped', jobIds: [], stored: null },
    { index: 50, archiveId: rows[0]?.archiveId, outcome: 'skipped', jobIds: ['j'], stored: null },
  ]);
});

test('the summary of a run is stored as JSON', async () => {
  const summary: TransferSummary = {
    run: 'run-1',
    vault: 'photos',
    state: 'completed',
    quarantinedRows: 0,
    failures: {},
    startedAt: '2026-05-01T00:00:00.000Z',
    finishedAt: '2026-05-02T00:00:00.000Z',
    location: 's3://destination/.glacier-transfer/run-1/',
    ...emptyTally(),
  };
  await bench.run('writeSummary', [SETTINGS, summary]);
  expect(JSON.parse(await bench.getText(summaryKey('run-1')))).toEqual(summary);
});
