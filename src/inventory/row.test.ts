import { MAX_ARCHIVE_BYTES } from '../domain/part-plan';
import { checkRow } from './row';

const good = {
  ArchiveId: 'NkbByEejwEggmBz2fTHgJrg0XBoDfjP4q6iu87-_',
  ArchiveDescription: 'a.txt',
  CreationDate: '2012-05-15T17:19:46.700Z',
  Size: 2_140_123,
  SHA256TreeHash: '6B9D'.repeat(16),
};

describe('rows of an inventory', () => {
  it('are read', () => {
    expect(checkRow(good)).toEqual({
      ok: true,
      row: {
        archiveId: good.ArchiveId,
        sizeBytes: 2_140_123,
        treeHash: '6b9d'.repeat(16),
        creationDate: '2012-05-15T17:19:46.700Z',
        createdMs: 1_337_102_386_700,
        description: 'a.txt',
      },
    });
  });

  it.each(['2012-05-15T17:19:46Z', '2012-05-15T17:19:46', '2012-05-15T17:19:46.000000001Z', '2024-02-29T00:00:00Z'])(
    'are read with the date %s, in UTC',
    (date) => {
      const checked = checkRow({ ...good, CreationDate: date });
      expect(checked.ok && new Date(checked.row.createdMs).toISOString().slice(0, 19)).toBe(date.slice(0, 19));
    },
  );

  it.each([[{ ArchiveDescription: null }], [{ ArchiveDescription: undefined }], [{ ArchiveDescription: '' }]])(
    'need no description: %j',
    (fields) => {
      expect(checkRow({ ...good, ...fields })).toMatchObject({ ok: true, row: { description: '' } });
    },
  );

  it('may have any size that Glacier can hold', () => {
    expect(checkRow({ ...good, Size: 1 }).ok).toBe(true);
    expect(checkRow({ ...good, Size: MAX_ARCHIVE_BYTES }).ok).toBe(true);
  });

  it.each([
    ['object', null],
    ['object', 'text'],
    ['object', [good]],
    ['ArchiveId', { ...good, ArchiveId: undefined }],
    ['ArchiveId', { ...good, ArchiveId: '' }],
    ['ArchiveId', { ...good, ArchiveId: '../x' }],
    ['ArchiveId', { ...good, ArchiveId: 'x'.repeat(256) }],
    ['Size', { ...good, Size: undefined }],
    ['Size', { ...good, Size: '5' }],
    ['Size', { ...good, Size: 0 }],
    ['Size', { ...good, Size: -1 }],
    ['Size', { ...good, Size: 1.5 }],
    ['Size', { ...good, Size: MAX_ARCHIVE_BYTES + 1 }],
    ['Size', { ...good, Size: 2 ** 60 }],
    ['SHA256TreeHash', { ...good, SHA256TreeHash: undefined }],
    ['SHA256TreeHash', { ...good, SHA256TreeHash: 'g'.repeat(64) }],
    ['SHA256TreeHash', { ...good, SHA256TreeHash: 'a'.repeat(63) }],
    ['CreationDate', { ...good, CreationDate: undefined }],
    ['CreationDate', { ...good, CreationDate: 'yesterday' }],
    ['CreationDate', { ...good, CreationDate: '2023-02-30T00:00:00Z' }],
    ['CreationDate', { ...good, CreationDate: '2023-13-01T00:00:00Z' }],
    ['CreationDate', { ...good, CreationDate: '2023-01-01T24:00:00Z' }],
    ['CreationDate', { ...good, CreationDate: '2023-01-01T25:00:00Z' }],
    ['ArchiveDescription', { ...good, ArchiveDescription: 7 }],
  ])('are refused for their %s: %j', (field, value) => {
    expect(checkRow(value)).toEqual({ ok: false, reason: expect.stringContaining(field) });
  });
});
