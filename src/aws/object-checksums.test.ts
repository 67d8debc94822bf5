import { createHash } from 'node:crypto';
import { foldTree, hashLeaf, LEAF_BYTES } from '../domain/tree-hash';
import { inventorySha256, wholeChecksums } from './object-checksums';

test.each([1, 1_000, LEAF_BYTES])('the tree hash of %i bytes is their SHA-256', (sizeBytes) => {
  const bytes = Buffer.alloc(sizeBytes, 'x');
  const treeHash = hashLeaf(bytes).toString('hex');
  expect(inventorySha256({ sizeBytes, treeHash })).toBe(createHash('sha256').update(bytes).digest('base64'));
});

test('the tree hash of more than 1 MiB is none', () => {
  const treeHash = foldTree([hashLeaf(Buffer.alloc(LEAF_BYTES)), hashLeaf(Buffer.alloc(1))]).toString('hex');
  expect(inventorySha256({ sizeBytes: LEAF_BYTES + 1, treeHash })).toBeNull();
});

test('checksums of parts are no checksums of the whole', () => {
  const kept = { ChecksumCRC32: 'AAAAAA==', ChecksumSHA256: 'c2hh' };
  expect(wholeChecksums({ $metadata: {}, ...kept, ChecksumType: 'FULL_OBJECT' })).toEqual({
    crc32: 'AAAAAA==',
    sha256: 'c2hh',
  });
  for (const type of ['COMPOSITE', undefined] as const) {
    expect(wholeChecksums({ $metadata: {}, ...kept, ChecksumType: type })).toEqual({});
  }
});
