import { PROOFS } from '../wire/receipt';
import { mustBeRead } from './must-be-read';

test('with --read-adopted, what was found is read unless SHA-256 or reading has proved it', () => {
  const read = PROOFS.filter((proof) => mustBeRead({ readAdopted: true }, { adopted: true, proof }));
  expect(read).toEqual(['crc32', 'metadata']);
  expect(mustBeRead({ readAdopted: true }, { adopted: true })).toBe(true);
});

test('what this run moved, and anything without the option, is not read', () => {
  expect(mustBeRead({ readAdopted: true }, { adopted: false, proof: 'crc32' })).toBe(false);
  expect(mustBeRead({ readAdopted: false }, { adopted: true, proof: 'metadata' })).toBe(false);
  expect(mustBeRead({}, { adopted: true, proof: 'metadata' })).toBe(false);
});
