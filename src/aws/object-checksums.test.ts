import { createHash } from 'node:crypto';
import { foldTree, hashLeaf, LEAF_BYTES } from '../domain/tree-hash';
import { inventorySha256, wholeChecksums } from './object-checksums';

test.each([1, 1_000, LEAF_BYTES])('the SHA-256 of %i bytes is known from their tree hash', (sizeBytes) => {
  const bytes = Buffer.alloc(sizeBytes, 'x');
  const treeHash = hashLeaf(bytes).toString('hex');
  expect(inventorySha256({ sizeBytes, treeHash })).toBe(createHash('sha256').update(bytes).digest('base64'));
});

test('the SHA-256 of more than 1 MiB is not known from the tree hash', () => {
  const treeHash = foldTree([hashLeaf(Buffer.alloc(LEAF_BYTES)), hashLeaf(Buffer.alloc(1))]).toString('hex');
  expect(inventorySha256({ sizeBytes: LEAF_BYTES + 1, treeHash })).toBeNull();
});

test('a composite checksum is not a checksum of the whole object', () => {
  const kept = { ChecksumCRC32: 'AAAAAA==', ChecksumSHA256: 'c2hh' };
  expect(wholeChecksums({ $metadata: {}, ...kept, ChecksumType: 'FULL_OBJECT' })).toEqual({
    crc32: 'AAAAAA==',
    sha256: 'c2hh',
  });
  for (const type of ['COMPOSITE', undefined] as const) {
    expect(wholeChecksums({ $metadata: {}, ...kept, ChecksumType: type })).toEqual({});
  }
});
