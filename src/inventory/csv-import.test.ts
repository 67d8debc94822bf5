import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetJobOutputCommand } from '@aws-sdk/client-glacier';
import { describeJob, initiateJob } from '../aws/glacier-jobs';
import { startSandboxClients, store, vault, type SandboxClients } from 'glacier-sandbox/testing';
import { archives, listed, lines, prepare } from '../../test/support/inventory';
import { until } from '../../test/support/until';
import type { QuarantinedRow } from './quarantine';

const HEADER = 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n';
/** Of each kind, as many as there are variants in the sandbox. */
const BAD_ROWS = {
  'missing-field': 4,
  'null-field': 4,
  'no-object': 5,
  'bad-id': 5,
  'duplicate-id': 3,
  'negative-size': 1,
  'zero-size': 1,
  'fractional-size': 1,
  'huge-size': 4,
  'text-size': 5,
  'bad-hash': 4,
  'truncated-date': 5,
  'long-date': 3,
  'impossible-date': 3,
  'bad-description': 4,
};
const DESCRIPTIONS = [
  'my archive,1"2',
  'my archive,1\\"2',
  'a,b\\',
  '',
  '"',
  '\\"',
  '"quoted"',
  '{"Path":"C:\\\\x,y"}',
];

let workDir: string;
let sandbox: SandboxClients;
beforeAll(async () => {
  workDir = await mkdtemp(path.join(tmpdir(), 'csv-import-'));
  sandbox = await startSandboxClients();
});
afterAll(async () => {
  await sandbox.close();
  await rm(workDir, { recursive: true, force: true });
});

/** The vault's inventory as Glacier writes it. */
async function written(Format: 'CSV' | 'JSON'): Promise<string> {
  const { glacier } = sandbox;
  const ref = { vault: vault.vaultName };
  const jobId = await initiateJob(glacier, ref, { Type: 'inventory-retrieval', Format });
  await until(async () => (await describeJob(glacier, ref, jobId))?.Completed === true);
  const { body } = await glacier.send(new GetJobOutputCommand({ ...vault, jobId }));
  return (await body?.transformToString()) ?? '';
}

test("Glacier's CSV gives the archives that its JSON gives, and each bad row is put aside with its line", async () => {
  for (const [number, description] of DESCRIPTIONS.entries()) {
    await store(sandbox, Buffer.from(`archive ${number}`), description);
  }
  const names = { plain: 4, 'fastglacier-v4': 2, cloudberry: 2, qnap: 2, mt2: 1, unreadable: 1, blank: 1, hostile: 2 };
  await sandbox.sandbox.seed(vault.vaultName, { count: 300, names, badRows: BAD_ROWS });
  const [csv, json] = [await written('CSV'), await written('JSON')];
  const fromCsv = await prepare(workDir, csv);
  const rows = await archives(fromCsv);
  const bad = await lines<QuarantinedRow>(fromCsv.quarantinePath ?? '');

  const fromJson = await prepare(workDir, json);
  // JSON can hold descriptions that are no text; in CSV these are quotes that are left open.
  expect(rows).toEqual(await archives(fromJson));
  expect(rows).toHaveLength(300 + DESCRIPTIONS.length);
  expect(rows.map(({ description }) => description)).toEqual(expect.arrayContaining(DESCRIPTIONS));

  const badRows = Object.values(BAD_ROWS).reduce((sum, count) => sum + count, 0);
  expect([fromCsv.quarantinedRows, fromJson.quarantinedRows]).toEqual([badRows, badRows]);
  const csvLines = csv.split('\n');
  for (const { row, reason, raw } of bad) {
    const line = csvLines[row - 1] ?? '';
    expect(reason).toMatch(/ArchiveId|ArchiveDescription|CreationDate|Size|SHA256TreeHash|fewer than 5 fields/);
    const value = JSON.parse(raw) as unknown;
    expect(typeof value === 'string' ? value : line.split(',')[0]).toBe(
      typeof value === 'string' ? line : (value as { ArchiveId: string }).ArchiveId,
    );
  }
});

test('one bad row among many leaves the others, and a repeated id is told by its line', async () => {
  const line = (id: string, sizeBytes: string) => {
    const { ArchiveDescription, CreationDate, SHA256TreeHash } = listed(id);
    return `${id},${ArchiveDescription},${CreationDate},${sizeBytes},${SHA256TreeHash}\n`;
  };
  const file = path.join(workDir, 'many.csv');
  const good = Array.from({ length: 5_000 }, (_, row) => line(`id${row}`, '7'));
  await writeFile(file, [HEADER, ...good, line('negative', '-7'), line('id3', '8')].join(''));
  const prepared = await prepare(workDir, '', { source: createReadStream(file) });
  expect(prepared).toMatchObject({ total: { archives: 5_000, bytes: '35000' }, quarantinedRows: 2 });
  expect(await lines<QuarantinedRow>(prepared.quarantinePath ?? '')).toMatchObject([
    { row: 5_002, reason: expect.stringContaining('Size') as string },
    { row: 5_003, reason: 'ArchiveId occurs in an earlier row.' },
  ]);
});
