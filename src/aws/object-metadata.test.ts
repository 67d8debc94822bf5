import * as fc from 'fast-check';
import type { ArchiveRow } from '../wire/inventory';
import { isOurObject, objectMetadata } from './s3-objects';

const ARCHIVE: ArchiveRow = {
  index: 0,
  archiveId: 'x'.repeat(138),
  sizeBytes: 1,
  treeHash: 'ab'.repeat(32),
  creationDate: '2020-01-01T00:00:00.123Z',
  description: 'd',
  key: 'k',
  nameFormat: 'plain',
  own: false,
};

test('whatever the description, the metadata is ASCII, fits into 2 KB, and names the archive', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1_024 }), (description) => {
      const metadata = objectMetadata({ ...ARCHIVE, description });
      const text = Object.entries(metadata).flat().join('');
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      expect(text.length).toBeLessThanOrEqual(2_048);
      expect(isOurObject(metadata, ARCHIVE)).toBe(true);
      const kept = metadata['glacier-description'];
      expect([undefined, description.toWellFormed()]).toContain(kept === undefined ? kept : decodeURIComponent(kept));
    }),
  );
});

test.each([
  ['nothing', undefined],
  ['no metadata', {}],
  ['another archive', objectMetadata({ ...ARCHIVE, archiveId: 'y' })],
  ['other bytes', objectMetadata({ ...ARCHIVE, treeHash: 'cd'.repeat(32) })],
])('%s is not ours', (_name, metadata) => expect(isOurObject(metadata, ARCHIVE)).toBe(false));
