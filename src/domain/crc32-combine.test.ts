import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { combineCrc32, crc32FromBase64, crc32ToBase64 } from './crc32-combine';

test('combining the CRCs of any two pieces gives the CRC of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 3000 }), (first, second) => {
      const whole = crc32(Buffer.concat([first, second]));
      expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(whole);
    }),
  );
});

test('lengths beyond 32 bits: a gap of zeros joined in two ways gives the same', () => {
  const piece = crc32(Buffer.from('archive'));
  const zeros = (length: number): number => {
    let crc = 0; // CRC of nothing; zero bytes are joined by doubling
    let unit = crc32(Buffer.alloc(1));
    let unitLength = 1;
    for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) crc = combineCrc32(crc, unit, unitLength);
      unit = combineCrc32(unit, unit, unitLength);
      unitLength *= 2;
    }
    return crc;
  };
  const length = 2 ** 40 + 12345;
  const inOne = combineCrc32(piece, zeros(length), length);
  const inTwo = combineCrc32(combineCrc32(piece, zeros(2 ** 40), 2 ** 40), zeros(12345), 12345);
  expect(inOne).toBe(inTwo);
});

test("S3's form is base64 of four big-endian bytes", () => {
  expect(crc32ToBase64(crc32('123456789'))).toBe('y/Q5Jg==');
  expect(crc32FromBase64('y/Q5Jg==')).toBe(0xcbf43926);
});
