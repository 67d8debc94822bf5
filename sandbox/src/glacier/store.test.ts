import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredArchive } from './model';
import { Store } from './store';

let folder: string;
let journalPath: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  journalPath = join(folder, 'journal.jsonl');
});

afterEach(() => rm(folder, { recursive: true }));

const archive: StoredArchive = {
  id: 'one',
  sequence: 1,
  description: '',
  creationDate: '2026-01-01T00:00:00.000Z',
  sizeBytes: 5,
  treeHash: 'hash',
  blobs: [{ file: 'file', sizeBytes: 5, treeHash: 'hash' }],
};

test('a journal of 0.1.0 opens: jobs that hold a copy of their archive, aborts and parts without dates, written inventories', async () => {
  const job = { kind: 'archive', id: 'job', sequence: 4, archive, range: { start: 0, end: 4 }, tier: 'Bulk' };
  const inventoryJob = { kind: 'inventory', id: 'inventory', sequence: 5, parameters: { format: 'CSV' } };
  const upload = { id: 'open', sequence: 3, partSizeBytes: 5, creationDate: '2026-01-01T00:00:00.000Z' };
  const events = [
    { type: 'vault-created', vault: 'photos', date: '2026-01-01T00:00:00.000Z' },
    { type: 'archive-stored', vault: 'photos', archive },
    { type: 'upload-started', vault: 'photos', upload: { ...upload, id: 'aborted', sequence: 2 } },
    { type: 'upload-aborted', vault: 'photos', uploadId: 'aborted' },
    { type: 'upload-started', vault: 'photos', upload },
    { type: 'part-stored', vault: 'photos', uploadId: 'open', start: 0, blob: archive.blobs[0] },
    { type: 'job-started', vault: 'photos', job },
    {
      type: 'job-started',
      vault: 'photos',
      job: { ...inventoryJob, outputFile: 'list', outputBytes: 9, nextMarker: 'next' },
    },
    { type: 'archive-deleted', vault: 'photos', archiveId: 'one', date: '2026-01-02T00:00:00.000Z' },
  ];
  await writeFile(journalPath, events.map((event) => `${JSON.stringify(event)}\n`).join(''));

  const store = new Store(journalPath, 'fresh');
  const vault = store.vault('photos');
  expect(vault?.jobs.get('job')?.job).toEqual(job);
  expect(vault?.jobs.get('inventory')).toMatchObject({
    job: inventoryJob,
    outcome: null,
    output: { file: 'list', sizeBytes: 9, nextMarker: 'next' },
  });
  expect(vault?.uploads.get('open')).toMatchObject({ lastActivityDate: upload.creationDate });
  expect(vault?.archives).toMatchObject({ hasChanged: true, lastInventory: null });
  expect(store.nextSequence()).toBe(6);
  store.close();
});

test('an event of a deleted vault never reaches the journal', async () => {
  const store = new Store(journalPath, 'fresh');
  expect(() => store.record({ type: 'archive-stored', vault: 'photos', archive })).toThrow('unknown vault photos');
  store.close();
  expect(await readFile(journalPath, 'utf8')).toBe('');
});
