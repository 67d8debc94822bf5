/**
 * CRC-32 (ISO 3309, as zlib and S3 compute it) of two byte strings joined, from their own CRCs and the second's length:
 * the first CRC is multiplied by x^(8 * length) modulo the polynomial. After Mark Adler's `crc32_combine` (zlib, 2018).
 */
const POLYNOMIAL = 0xedb88320;
/** x^0 in the reflected representation. */
const ONE = 0x80000000;

function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = right;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((left & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ POLYNOMIAL;
  }
  return product >>> 0;
}

/** x^(8 * lengthBytes) modulo the polynomial, by repeated squaring. */
function shiftBy(lengthBytes: number): number {
  let power = ONE;
  let square = 0x00800000; // x^8
  for (let rest = lengthBytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(square, power);
    square = multiply(square, square);
  }
  return power;
}

/** CRC32 of `first || second`, unsigned 32 bits. `secondLengthBytes` may be any safe integer. */
export function combineCrc32(first: number, second: number, secondLengthBytes: number): number {
  return (multiply(shiftBy(secondLengthBytes), first) ^ second) >>> 0;
}

/** The form S3 uses: base64 of the big-endian four bytes. */
export function crc32ToBase64(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}

/** @throws RangeError when the text is not four bytes in base64. */
export function crc32FromBase64(text: string): number {
  return Buffer.from(text, 'base64').readUInt32BE(0);
}
