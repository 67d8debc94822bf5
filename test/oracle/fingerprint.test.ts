import { createHash } from 'node:crypto';
import { VirtualContent } from 'glacier-sandbox/testing';
import { fingerprintOf } from './fingerprint';

const MIB = 1024 * 1024;

test('tells what is known of some bytes', () => {
  expect(fingerprintOf([Buffer.from('1234'), Buffer.from('56789')])).toEqual({
    sizeBytes: 9,
    sha256: createHash('sha256').update('123456789').digest('hex'),
    treeHash: createHash('sha256').update('123456789').digest('hex'),
    crc32: 'y/Q5Jg==', // 0xCBF43926, the check value of CRC-32
  });
});

test.each([1, MIB - 1, MIB, MIB + 1, 3 * MIB, 7 * MIB + 5])(
  'has the tree hash of %d bytes, however they come',
  (size) => {
    const content = new VirtualContent('oracle', size);
    const pieces = [...content.read({ start: 0, end: size - 1 })];
    const whole = Buffer.concat(pieces);
    expect(fingerprintOf(pieces).treeHash).toBe(content.treeHash());
    expect(fingerprintOf([whole])).toEqual(fingerprintOf(pieces));
  },
);
