import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveTreeHash } from './archive-content';
import { BlobStore } from './blobs';
import { MIB } from './tree-hash';

test('the tree hash of a whole archive reads no file, that of a range reads its leaves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'blobs-'));
  const bytes = { sizeBytes: 2 * MIB + 1, treeHash: 'ab'.repeat(32) };
  const archive = {
    ...bytes,
    id: 'a',
    sequence: 1,
    description: '',
    creationDate: '2026-11-25T00:00:00.000Z',
    blobs: [{ ...bytes, file: 'gone' }],
  };
  const blobs = new BlobStore(folder);
  await expect(archiveTreeHash(blobs, archive, { from: 0, to: 3 })).resolves.toBe(bytes.treeHash);
  await expect(archiveTreeHash(blobs, archive, { from: 0, to: 2 })).rejects.toMatchObject({ code: 'ENOENT' });
  rmSync(folder, { recursive: true });
});
