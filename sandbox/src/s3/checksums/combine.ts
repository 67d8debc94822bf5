import type { ChecksumAlgorithm } from './algorithms';

/** The algorithms whose value of a whole can be computed from the values and lengths of its parts. */
type CrcAlgorithm = Extract<ChecksumAlgorithm, `CRC${string}`>;

interface Field {
  readonly widthBits: number;
  /** Generator polynomial, bits reflected: the highest bit is the coefficient of x^0. */
  readonly polynomial: bigint;
}

const FIELDS: Readonly<Record<CrcAlgorithm, Field>> = {
  CRC32: { widthBits: 32, polynomial: 0xedb88320n },
  CRC64NVME: { widthBits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

export const isCrc = (algorithm: ChecksumAlgorithm): algorithm is CrcAlgorithm => algorithm in FIELDS;

/** Product of two polynomials over GF(2), modulo the generator. */
function multiply({ widthBits, polynomial }: Field, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let coefficient = 1n << BigInt(widthBits - 1); coefficient > 0n; coefficient >>= 1n) {
    if ((a & coefficient) !== 0n) product ^= shifted;
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ polynomial;
  }
  return product;
}

/** x^(8 * bytes) modulo the generator: what appending that many bytes multiplies a CRC by. */
function shiftByBytes(field: Field, bytes: number): bigint {
  let result = 1n << BigInt(field.widthBits - 1);
  let square = result >> 8n;
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(field, result, square);
    square = multiply(field, square, square);
  }
  return result;
}

/**
 * CRC of parts joined, from their own CRCs (base64) and lengths: crc(AB) = crc(A) * x^(8|B|) + crc(B), which holds for
 * every CRC whose register starts and ends inverted, as these two do.
 */
export function combineCrcs(
  algorithm: CrcAlgorithm,
  parts: readonly { readonly value: string; readonly sizeBytes: number }[],
): string {
  const field = FIELDS[algorithm];
  const shifts = new Map<number, bigint>();
  let combined = 0n;
  for (const { value, sizeBytes } of parts) {
    const shift = shifts.get(sizeBytes) ?? shiftByBytes(field, sizeBytes);
    shifts.set(sizeBytes, shift);
    combined = multiply(field, shift, combined) ^ BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`);
  }
  return Buffer.from(combined.toString(16).padStart(field.widthBits / 4, '0'), 'hex').toString('base64');
}
